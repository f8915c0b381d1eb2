package dev.triptych.host.bundles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code plugins.lock}: which plugins are installed, by symbolic name; with the content-addressed
 * jars beside it the only lasting state of plugins.
 *
 * <p>It is replaced by one atomic move, so a process that is killed leaves the old one or the new.
 */
final class PluginLock {
  /**
   * A plugin that is installed.
   *
   * @param version of its bundle
   * @param sha256 of its jar, which lies in {@code plugins/<sha256>.jar}
   * @param signed whether its signature was checked
   */
  record Row(String version, String sha256, boolean signed) {}

  /** Changes the rows. */
  interface Change {
    void to(Map<String, Row> rows);
  }

  private final Path folder;
  private final Path file;

  PluginLock(Path home) {
    this.folder = home.resolve("plugins");
    this.file = home.resolve("plugins.lock");
  }

  /** Returns the place of a jar with these bytes. */
  Path jar(String sha256) {
    return folder.resolve(sha256 + ".jar");
  }

  /**
   * Returns the rows by symbolic name, sorted.
   *
   * @throws IOException if the file is damaged, saying what to do
   */
  Map<String, Row> read() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    if (!Files.exists(file)) {
      return rows;
    }
    try {
      for (JsonNode plugin : new ObjectMapper().readTree(file.toFile()).path("plugins")) {
        rows.put(
            plugin.required("id").textValue(),
            new Row(
                plugin.required("version").textValue(),
                plugin.required("sha256").textValue(),
                plugin.required("signed").booleanValue()));
      }
      return rows;
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new IOException(file + " is damaged: remove it and install the plugins again", e);
    }
  }

  /** Writes a jar under its digest, unless it is there. */
  Path keep(String sha256, byte[] bytes) throws IOException {
    Path jar = jar(sha256);
    if (!Files.exists(jar) || Files.size(jar) != bytes.length) {
      Files.createDirectories(folder);
      move(bytes, jar);
    }
    return jar;
  }

  /** Changes the rows while no other process does. */
  void change(Change change) throws IOException {
    Files.createDirectories(folder);
    try (FileChannel channel = lockFile();
        FileLock held = channel.lock()) {
      Map<String, Row> rows = new TreeMap<>(read());
      change.to(rows);
      ObjectMapper mapper = new ObjectMapper(); // slow to make: not at each start
      ObjectNode root = mapper.createObjectNode();
      ArrayNode plugins = root.putArray("plugins");
      rows.forEach(
          (id, row) ->
              plugins
                  .addObject()
                  .put("id", id)
                  .put("version", row.version())
                  .put("sha256", row.sha256())
                  .put("signed", row.signed()));
      move(mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root), file);
    }
  }

  /** Removes a jar that no row names any more, once no job reads models from it. */
  void drop(String sha256) throws IOException {
    try (FileChannel channel = lockFile();
        FileLock held = channel.lock()) {
      if (read().values().stream().noneMatch(row -> row.sha256().equals(sha256))) {
        Files.deleteIfExists(jar(sha256));
      }
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private void move(byte[] bytes, Path target) throws IOException {
    Path temp = Files.createTempFile(folder, "new-", ".tmp");
    try {
      Files.write(temp, bytes);
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temp);
    }
  }
}
