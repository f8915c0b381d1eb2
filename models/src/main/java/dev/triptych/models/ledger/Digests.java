package dev.triptych.models.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SHA-256 of files, computed once for each identity. [any thread]
 *
 * <p>Those of real files that have lain still for a while are kept in a text file, a line each, so
 * that a start need not read 200 MB again; as git's index does, it believes path, size, time and
 * inode.
 */
final class Digests {
  private static final Logger LOG = LoggerFactory.getLogger(Digests.class);
  private static final String LINE = "[0-9a-f]{64} .+";
  private static final int MOST = 1000;

  private final Map<String, String> known = new ConcurrentHashMap<>();
  private final Path file;

  private Digests(Path file) {
    this.file = file;
  }

  /** Returns digests that forget when the process ends. */
  static Digests inMemory() {
    return new Digests(null);
  }

  /** Returns digests that remember in a file; it need not exist yet. */
  static Digests keptIn(Path file) {
    Digests digests = new Digests(file);
    digests.known.putAll(digests.read());
    return digests;
  }

  /** Returns the SHA-256 over the sorted names and the files' own SHA-256, in hexadecimal. */
  String of(Map<String, FileSource> files) throws IOException {
    MessageDigest all = sha256();
    for (Map.Entry<String, FileSource> file : new TreeMap<>(files).entrySet()) {
      all.update((file.getKey() + "\n" + of(file.getValue()) + "\n").getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  /** Returns the SHA-256 of one file, in hexadecimal. */
  String of(FileSource source) throws IOException {
    String digest = known.get(source.identity());
    if (digest == null) {
      MessageDigest one = sha256();
      try (InputStream in = new DigestInputStream(source.open(), one)) {
        byte[] block = new byte[1 << 16];
        while (in.read(block) >= 0) {
          if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("stopped while digesting a model's files");
          }
        }
      }
      digest = HexFormat.of().formatHex(one.digest());
      known.put(source.identity(), digest);
      if (file != null && source.durable(Instant.now())) {
        keep(source.identity(), digest);
      }
    }
    return digest;
  }

  private Map<String, String> read() {
    Map<String, String> lines = new LinkedHashMap<>();
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          if (line.matches(LINE)) {
            lines.put(line.substring(65), line.substring(0, 64));
          }
        }
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read; digests are computed again: {}", file, e.toString());
    }
    return lines;
  }

  /** Adds a line at the end; what other processes have added meanwhile stays. */
  private synchronized void keep(String identity, String digest) {
    try {
      Files.createDirectories(file.getParent());
      Map<String, String> all = read();
      all.remove(identity);
      all.put(identity, digest);
      List<String> lines = new ArrayList<>();
      all.forEach((key, sha) -> lines.add(sha + " " + key));
      List<String> newest = lines.subList(Math.max(0, lines.size() - MOST), lines.size());
      Path part = Files.createTempFile(file.getParent(), "digests-", ".tmp");
      Files.write(part, newest);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("{} cannot be written; digests are computed again: {}", file, e.toString());
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
