package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.host.works.CanonicalJson;
import dev.triptych.host.works.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is being made, a small file each in {@code serve/} of the home folder: what still lies there
 * when a host starts was not finished by the one before. [any thread]
 */
final class Journal {
  private static final int MOST_BYTES = 1 << 16;

  private final Path folder;

  Journal(Path home) {
    this.folder = home.resolve("serve");
  }

  /** Notes that something begins. */
  void begin(String id, Map<String, Object> what) throws IOException {
    Files.createDirectories(folder);
    WholeFile.write(file(id), CanonicalJson.write(what).getBytes(UTF_8));
  }

  /** Notes that it is over. */
  void end(String id) {
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      // it will be named as unfinished: better than not to name what is
    }
  }

  /** Returns what the host before did not finish, and forgets it. */
  List<Map<?, ?>> takeUnfinished() throws IOException {
    List<Map<?, ?>> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        try {
          if (file.toString().endsWith(".json") && Files.size(file) <= MOST_BYTES) {
            found.add(new ObjectMapper().readValue(file.toFile(), Map.class));
          }
        } catch (IOException e) {
          // half a note: it names nothing
        }
        Files.deleteIfExists(file);
      }
    }
    return found;
  }

  private Path file(String id) {
    return folder.resolve(id + ".json");
  }
}
