package dev.triptych.host.bundles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.trust.Ground;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code plugins.lock}: which plugins are installed now, and the sets before that can still be gone
 * back to; with the content-addressed jars beside it the only lasting state of plugins.
 *
 * <p>It is replaced by one atomic move, after what it names was forced to the disk, so a process
 * that is killed leaves the old state or the new. Whoever changes it, or the jars, holds {@link
 * #hold} meanwhile, in this process and among others.
 */
final class PluginLock {
  /** How many sets are kept, the current one among them. */
  static final int KEPT = 8;

  private static final int FORMAT = 2;
  private static final String SHA256 = "[0-9a-f]{64}";
  private static final String TEMP = "new-";

  /**
   * What the file says.
   *
   * @param serial counts the changes of the file, so that another process' change is seen
   * @param current the set that is installed
   * @param sets those that are kept, the current one among them, oldest first
   */
  record State(long serial, PluginSet current, List<PluginSet> sets) {
    static final State EMPTY = new State(0, PluginSet.NONE, List.of(PluginSet.NONE));

    Optional<PluginSet> set(int generation) {
      return sets.stream().filter(set -> set.generation() == generation).findFirst();
    }

    /** Returns the state in which one more set is the current one. */
    State with(String time, String change, Map<String, Row> rows) {
      int newest = sets.get(sets.size() - 1).generation();
      PluginSet next = new PluginSet(newest + 1, current.generation(), time, change, rows);
      List<PluginSet> all = new ArrayList<>(sets);
      all.add(next);
      while (all.size() > KEPT) {
        all.remove(0);
      }
      return new State(serial + 1, next, all);
    }

    /** Returns the state in which one more set takes the current one's place among those kept. */
    State instead(String time, String change, Map<String, Row> rows) {
      List<PluginSet> all = new ArrayList<>(sets);
      all.remove(current);
      int newest = sets.get(sets.size() - 1).generation();
      PluginSet next = new PluginSet(newest + 1, current.after(), time, change, rows);
      all.add(next);
      return new State(serial + 1, next, all);
    }

    /** Returns the state in which a set that was kept is the current one. */
    State at(PluginSet kept) {
      return new State(serial + 1, kept, sets);
    }
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

  /** The right to change the file, until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Waits until no other process changes the file. */
  Held hold() throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.lock();
      return () -> {
        lock.release();
        channel.close();
      };
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Reads the file.
   *
   * @throws IOException if it is damaged, saying what to do
   */
  State read() throws IOException {
    if (!Files.exists(file)) {
      return State.EMPTY;
    }
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      if (!root.has("format")) { // one set, as it was before generations
        PluginSet only = new PluginSet(1, 0, "", "", rows(root.required("plugins")));
        return new State(1, only, List.of(only));
      }
      int format = root.required("format").intValue();
      if (format > FORMAT) {
        throw new IOException(
            file + " was written by a newer triptych (format " + format + "): use that one");
      }
      List<PluginSet> sets = new ArrayList<>();
      for (JsonNode set : root.required("sets")) {
        sets.add(
            new PluginSet(
                whole(set, "generation"),
                whole(set, "after"),
                text(set, "time"),
                text(set, "change"),
                rows(set.required("plugins"))));
      }
      sets.sort(Comparator.comparingInt(PluginSet::generation));
      int current = whole(root, "current");
      State state = new State(root.required("serial").longValue(), PluginSet.NONE, sets);
      return new State(
          state.serial, state.set(current).orElseThrow(IllegalArgumentException::new), sets);
    } catch (IllegalArgumentException | com.fasterxml.jackson.core.JacksonException e) {
      throw new IOException(file + " is damaged: remove it and install the plugins again", e);
    }
  }

  private static int whole(JsonNode node, String name) {
    JsonNode value = node.required(name);
    if (!value.isInt() || value.intValue() < 0) {
      throw new IllegalArgumentException(name);
    }
    return value.intValue();
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.required(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name);
    }
    return value.textValue();
  }

  private static Map<String, Row> rows(JsonNode plugins) {
    Map<String, Row> rows = new TreeMap<>();
    for (JsonNode plugin : plugins) {
      String sha256 = text(plugin, "sha256");
      if (!sha256.matches(SHA256)) {
        throw new IllegalArgumentException("sha256");
      }
      rows.put(
          text(plugin, "id"),
          new Row(
              text(plugin, "version"),
              sha256,
              plugin.has("ground") ? Ground.valueOf(text(plugin, "ground")) : Ground.UNSIGNED,
              plugin.has("voucher") ? Optional.of(text(plugin, "voucher")) : Optional.empty(),
              plugin.has("origin") ? text(plugin, "origin") : "",
              plugin.path("isolated").asBoolean(false)));
    }
    return rows;
  }

  /** Replaces the file. */
  void write(State state) throws IOException {
    ObjectMapper mapper = new ObjectMapper(); // slow to make: not at each start
    ObjectNode root = mapper.createObjectNode();
    root.put("format", FORMAT);
    root.put("serial", state.serial);
    root.put("current", state.current.generation());
    ArrayNode sets = root.putArray("sets");
    for (PluginSet set : state.sets) {
      ObjectNode one = sets.addObject();
      one.put("generation", set.generation());
      one.put("after", set.after());
      one.put("time", set.time());
      one.put("change", set.change());
      ArrayNode plugins = one.putArray("plugins");
      set.rows().forEach((id, row) -> plugins.addPOJO(json(id, row)));
    }
    move(mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root), file);
  }

  private static Map<String, String> json(String id, Row row) {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("version", row.version());
    json.put("sha256", row.sha256());
    json.put("ground", row.ground().name());
    row.voucher().ifPresent(voucher -> json.put("voucher", voucher));
    json.put("origin", row.origin());
    if (row.isolated()) {
      json.put("isolated", "true");
    }
    return json;
  }

  /** Returns whether a jar with these bytes is kept. */
  boolean has(String sha256) {
    return Files.exists(jar(sha256));
  }

  /** Writes a jar under its digest, unless it is there and whole. */
  Path keep(String sha256, byte[] bytes) throws IOException {
    Path jar = jar(sha256);
    if (!Files.exists(jar) || !Arrays.equals(Files.readAllBytes(jar), bytes)) {
      move(bytes, jar);
    }
    return jar;
  }

  /** Removes the jars that no kept set names, and what a process that was killed left. */
  void sweep() throws IOException {
    Set<String> named =
        read().sets.stream()
            .flatMap(set -> set.rows().values().stream())
            .map(row -> row.sha256() + ".jar")
            .collect(Collectors.toSet());
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder, "{*.jar," + TEMP + "*.tmp}")) {
      for (Path one : all) {
        if (!named.contains(one.getFileName().toString())) {
          Files.deleteIfExists(one);
        }
      }
    }
  }

  private void move(byte[] bytes, Path target) throws IOException {
    Path temp = Files.createTempFile(folder, TEMP, ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
      force(target.getParent());
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  /** Lets the name of a moved file reach the disk, where the system can do that to a folder. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folder; there a move is durable by its journal
    }
  }
}
