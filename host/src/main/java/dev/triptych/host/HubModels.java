package dev.triptych.host;

import dev.triptych.models.bert.ShippedEncoders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Models known under a hub name: the sentence encoders that the program ships, then those in
 * Hugging Face's own cache layout, {@code hub/models--OWNER--NAME/snapshots/REVISION}, below the
 * home folder and below {@code HF_HOME}.
 */
public final class HubModels {
  private static final String PREFIX = "models--";

  private final Path home;
  private final List<Path> caches;

  /** Looks below the home folder first, then where the environment says Hugging Face's cache is. */
  public HubModels(Path home, Map<String, String> environment) {
    String named = environment.getOrDefault("HF_HOME", "");
    Path user =
        named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "huggingface")
            : Path.of(named);
    this.home = home;
    this.caches = List.of(home.resolve("hub"), user.resolve("hub"));
  }

  /**
   * Returns the folder of a model: its revision {@code main}, else the one that is there. An
   * encoder that the program ships is converted on the first call.
   *
   * @throws UncheckedIOException if that conversion fails
   */
  public Optional<Path> find(String name) {
    try {
      Optional<Path> shipped = ShippedEncoders.folder(name, home);
      if (shipped.isPresent()) {
        return shipped;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path cache : caches) {
      Optional<Path> found = snapshot(cache.resolve(PREFIX + name.replace("/", "--")));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Returns every model in the caches: name → folder. */
  public Map<String, Path> all() {
    Map<String, Path> found = new TreeMap<>();
    for (Path cache : caches) {
      for (Path model : folders(cache)) {
        String name = model.getFileName().toString();
        if (name.startsWith(PREFIX)) {
          snapshot(model)
              .ifPresent(
                  folder ->
                      found.putIfAbsent(
                          name.substring(PREFIX.length()).replaceFirst("--", "/"), folder));
        }
      }
    }
    return found;
  }

  private static Optional<Path> snapshot(Path model) {
    Path snapshots = model.resolve("snapshots");
    try {
      Path main = model.resolve("refs").resolve("main");
      if (Files.isRegularFile(main)) {
        Path folder = snapshots.resolve(Files.readString(main).strip());
        if (Files.isDirectory(folder)) {
          return Optional.of(folder);
        }
      }
    } catch (IOException e) {
      // then whichever revision is there
    }
    return folders(snapshots).stream().sorted().findFirst();
  }

  private static List<Path> folders(Path parent) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, Files::isDirectory)) {
        all.forEach(found::add);
      } catch (IOException e) {
        return List.of(); // a cache that cannot be read holds nothing for us
      }
    }
    return found;
  }
}
