package dev.triptych.models.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * The digest by which the hub names a file: SHA-256 of a large one's bytes, or git's SHA-1 over
 * {@code blob SIZE}, a zero byte and the bytes of a small one.
 */
final class Checksum {
  private static final String GIT = "[0-9a-f]{40}";
  private static final String SHA256 = "[0-9a-f]{64}";

  private final String expected;
  private final long size;
  private final MessageDigest digest;

  /**
   * Begins to check.
   *
   * @param expected 40 or 64 hexadecimal digits
   * @param size of the whole file in bytes
   */
  Checksum(String expected, long size) {
    if (!isDigest(expected)) {
      throw new IllegalArgumentException(expected + " is no digest");
    }
    this.expected = expected;
    this.size = size;
    try {
      digest = MessageDigest.getInstance(expected.matches(SHA256) ? "SHA-256" : "SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1 and SHA-256", e);
    }
    reset();
  }

  /** Says whether a text is one of the two digests. */
  static boolean isDigest(String text) {
    return text.matches(SHA256) || text.matches(GIT);
  }

  /** Says whether a digest is git's. */
  static boolean isGit(String text) {
    return text.matches(GIT);
  }

  /** Begins anew. */
  void reset() {
    digest.reset();
    if (isGit(expected)) {
      digest.update(("blob " + size + "\0").getBytes(US_ASCII));
    }
  }

  /** Adds bytes. */
  void update(byte[] bytes, int count) {
    digest.update(bytes, 0, count);
  }

  /** Says whether what was added is the file; begins anew. */
  boolean matches() {
    boolean same = HexFormat.of().formatHex(digest.digest()).equals(expected);
    reset();
    return same;
  }

  /**
   * Says whether a file has a digest.
   *
   * @param read hears how many bytes were read since it was last told
   */
  static boolean holds(Path file, String expected, LongConsumer read) throws IOException {
    Checksum sum = new Checksum(expected, Files.size(file));
    byte[] block = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("stopped while checking " + file);
        }
        sum.update(block, count);
        read.accept(count);
      }
    }
    return sum.matches();
  }
}
