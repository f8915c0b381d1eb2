package dev.triptych.models.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Reads a model's files again and compares them with the digests by which the cache names them.
 *
 * <p>A file of a folder that is in no cache has no digest: then the safetensors headers are
 * checked, and that no shard is missing.
 */
public final class Verification {
  private static final String WEIGHTS = ".safetensors";
  private static final String INDEX = WEIGHTS + ".index.json";

  /** What is known of a file. */
  public enum State {
    /** Its bytes have the digest. */
    GOOD,
    /** Its bytes are not those of the digest, or no safetensors file. */
    DAMAGED,
    /** It is named and not there. */
    MISSING,
    /** There is no digest to compare with. */
    UNKNOWN
  }

  /**
   * A file.
   *
   * @param name relative to the folder
   * @param bytes its size
   * @param digest git's SHA-1 or the SHA-256 that it should have; empty if unknown
   */
  public record Checked(String name, long bytes, String digest, State state) {}

  private Verification() {}

  /**
   * Checks a snapshot of the cache, or any folder.
   *
   * @param read hears the file's name, and how many bytes were read since it was last told
   */
  public static List<Checked> of(Path folder, BiConsumer<String, Long> read) throws IOException {
    TreeMap<String, Checked> checked = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file :
          (Iterable<Path>) walk.filter(one -> !Files.isDirectory(one)).sorted()::iterator) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        checked.put(name, check(folder, file, name, read));
      }
    }
    for (String shard : shards(folder, checked.keySet())) {
      checked.putIfAbsent(shard, new Checked(shard, 0, "", State.MISSING));
    }
    return new ArrayList<>(checked.values());
  }

  private static Checked check(Path folder, Path file, String name, BiConsumer<String, Long> read)
      throws IOException {
    String digest = digest(file);
    if (!Files.isRegularFile(file)) {
      return new Checked(name, 0, digest, State.MISSING); // a link to a blob that is gone
    }
    long bytes = Files.size(file);
    if (!digest.isEmpty()) {
      boolean good = Checksum.holds(file, digest, count -> read.accept(name, count));
      return new Checked(name, bytes, digest, good ? State.GOOD : State.DAMAGED);
    }
    for (String blob : blobs(folder)) { // where there are no links, a name is a copy of a blob
      if (Checksum.holds(file, blob, count -> read.accept(name, count))) {
        return new Checked(name, bytes, blob, State.GOOD);
      }
    }
    return new Checked(name, bytes, "", readable(file) ? State.UNKNOWN : State.DAMAGED);
  }

  /** Returns the digest that a link's target has for a name; empty if this is no such link. */
  static String digest(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      return "";
    }
    String target = Files.readSymbolicLink(file).getFileName().toString();
    return Checksum.isDigest(target) ? target : "";
  }

  /** Returns the digests in the cache's folder of blobs beside a snapshot. */
  private static List<String> blobs(Path snapshot) throws IOException {
    Path model = snapshot.toAbsolutePath().normalize().getParent();
    Path blobs = model == null ? null : model.resolveSibling("blobs");
    if (blobs == null || !Files.isDirectory(blobs)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(blobs)) {
      return all.map(one -> one.getFileName().toString()).filter(Checksum::isDigest).toList();
    }
  }

  private static boolean readable(Path file) {
    if (!file.toString().endsWith(WEIGHTS)) {
      return true;
    }
    try {
      Safetensors.open(file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the shards that the indexes name. */
  private static Set<String> shards(Path folder, Set<String> names) {
    Set<String> found = new TreeSet<>();
    for (String name : new HashSet<>(names)) {
      if (name.endsWith(INDEX)) {
        String parent = name.substring(0, name.lastIndexOf('/') + 1);
        try {
          JsonNode index = new JsonMapper().readTree(Files.readAllBytes(folder.resolve(name)));
          index.path("weight_map").forEach(shard -> found.add(parent + shard.asText()));
        } catch (IOException e) {
          found.add(name); // cannot be read: it is reported as it was checked
        }
      }
    }
    return found;
  }
}
