package dev.triptych.host.trust;

import dev.triptych.host.works.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A file that would become a plugin, as it was read: once. What is checked, kept and installed are
 * these bytes, so nobody can change the file in between.
 *
 * @param name of the file, as sentences to the user call it
 * @param origin where it came from: a path, an address or Maven coordinates
 * @param bytes of the jar; nobody may change them
 * @param sha256 of the bytes, in hexadecimal
 * @param signature the bytes of {@code NAME.jar.sig} beside it, if there is one
 */
public record Candidate(
    String name, String origin, byte[] bytes, String sha256, Optional<byte[]> signature) {
  /** How a file is handed over. */
  public enum Way {
    INBOX,
    UPLOAD;

    private String begin() {
      return name().toLowerCase(Locale.ROOT) + ":";
    }
  }

  /** The largest jar that is read, in bytes. */
  public static final int MAX_BYTES = 512 << 20;

  private static final int MAX_SIGNATURE = 4096;

  /** Returns a candidate of bytes that were read. */
  public static Candidate of(String name, String origin, byte[] bytes, Optional<byte[]> signature) {
    return new Candidate(name, origin, bytes, Digest.sha256(bytes), signature);
  }

  /** Returns whether a file begins as jars do. */
  public static boolean isJar(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 'P' && in.read() == 'K';
    }
  }

  /**
   * Returns this candidate as one whose file was handed over and goes: its origin says how, and
   * cannot be asked again.
   */
  public Candidate handedOver(Way way) {
    return new Candidate(name, way.begin() + name, bytes, sha256, signature);
  }

  /** Returns whether an origin is that of a candidate that was handed over. */
  public static boolean isHandedOver(String origin) {
    return Arrays.stream(Way.values()).anyMatch(way -> origin.startsWith(way.begin()));
  }

  /**
   * Reads a jar and the signature beside it.
   *
   * @throws IllegalArgumentException if it is no regular file or larger than {@link #MAX_BYTES}
   */
  public static Candidate read(Path jar) throws IOException {
    if (!Files.isRegularFile(jar) || Files.size(jar) > MAX_BYTES) {
      throw new IllegalArgumentException(jar + " is not a plugin's jar file");
    }
    Path beside = jar.resolveSibling(jar.getFileName() + ".sig");
    boolean signed = Files.isRegularFile(beside) && Files.size(beside) <= MAX_SIGNATURE;
    return of(
        jar.getFileName().toString(),
        jar.toAbsolutePath().normalize().toString(),
        Files.readAllBytes(jar),
        signed ? Optional.of(Files.readAllBytes(beside)) : Optional.empty());
  }
}
