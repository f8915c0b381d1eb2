package dev.triptych.models.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders of model files that can be mapped: where they are, or as copies under {@code
 * HOME/weights/DIGEST}.
 *
 * <p>A copy is made under a temporary name, checked against its digest, made read-only and moved: a
 * half-written one is never seen, and a mapped file is never rewritten.
 */
final class WeightStore {
  private static final Logger LOG = LoggerFactory.getLogger(WeightStore.class);
  private static final String PART = ".part-";
  private static final Duration STALE = Duration.ofDays(1);

  private final Path weights;
  private final Digests digests;

  WeightStore(Path home, Digests digests) {
    this.weights = home.resolve("weights");
    this.digests = digests;
  }

  /** Returns a folder that holds exactly these files, copying them there if need be. */
  synchronized Path folder(String digest, Map<String, FileSource> files) throws IOException {
    Path own = commonFolder(files);
    if (own != null) {
      return own;
    }
    Path folder = weights.resolve(digest);
    if (!holds(folder, files)) {
      Files.createDirectories(weights);
      sweep();
      copy(folder, files);
    }
    return folder;
  }

  /** Returns the folder below which all files lie under their names, or null. */
  private static Path commonFolder(Map<String, FileSource> files) {
    Path common = null;
    for (Map.Entry<String, FileSource> file : files.entrySet()) {
      Path path = file.getValue().path().orElse(null);
      Path name = Path.of(file.getKey());
      if (path == null || !path.endsWith(name)) {
        return null;
      }
      Path folder = path;
      for (int i = 0; i < name.getNameCount(); i++) {
        folder = folder.getParent();
      }
      if (common != null && !common.equals(folder)) {
        return null;
      }
      common = folder;
    }
    return common;
  }

  /** Says whether a folder holds files of these names and sizes, without reading them. */
  private static boolean holds(Path folder, Map<String, FileSource> files) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    for (Map.Entry<String, FileSource> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!Files.isRegularFile(path) || Files.size(path) != file.getValue().size()) {
        LOG.warn("{} is damaged and is copied again", path);
        return false;
      }
    }
    return true;
  }

  private void copy(Path folder, Map<String, FileSource> files) throws IOException {
    Path part = Files.createTempDirectory(weights, PART);
    try {
      for (Map.Entry<String, FileSource> file : files.entrySet()) {
        Path target = part.resolve(file.getKey()).normalize();
        if (!target.startsWith(part)) {
          throw new IOException("model file name " + file.getKey() + " leaves the model's folder");
        }
        Files.createDirectories(target.getParent());
        MessageDigest digest = Digests.sha256();
        try (InputStream in = new DigestInputStream(file.getValue().open(), digest)) {
          Files.copy(in, target);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(digests.of(file.getValue()))) {
          throw new IOException("model file " + file.getKey() + " changed while it was copied");
        }
        if (!target.toFile().setReadOnly()) {
          LOG.warn("{} could not be made read-only", target);
        }
      }
      delete(folder); // a damaged one; its mappings, if any, outlive the names
      try {
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!holds(folder, files)) { // else another process was faster
          throw e;
        }
      }
    } finally {
      delete(part);
    }
  }

  /** Deletes what a killed process left, once it is old enough to be nobody's. */
  private void sweep() throws IOException {
    Instant limit = Instant.now().minus(STALE);
    List<Path> parts;
    try (Stream<Path> list = Files.list(weights)) {
      parts = list.filter(p -> p.getFileName().toString().startsWith(PART)).toList();
    }
    for (Path part : parts) {
      if (Files.getLastModifiedTime(part).toInstant().isBefore(limit)) {
        delete(part);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      path.toFile().setWritable(true); // Windows deletes no read-only file
      Files.deleteIfExists(path);
    }
  }
}
