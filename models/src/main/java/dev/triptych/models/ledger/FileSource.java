package dev.triptych.models.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** One file of a model: its size and how to open it. */
public final class FileSource {

  /** Opens the bytes from the start. */
  @FunctionalInterface
  public interface Opener {
    /** Opens the bytes; the caller closes the stream. */
    InputStream open() throws IOException;
  }

  /** A file that was just written may be written again within the tick of its clock. */
  private static final Duration STILL = Duration.ofSeconds(3);

  private final String identity;
  private final long size;
  private final Path path;
  private final Instant written; // of the file that the bytes come from; null if unknown
  private final Opener opener;

  private FileSource(String identity, long size, Path path, Instant written, Opener opener) {
    this.identity = Objects.requireNonNull(identity, "identity");
    this.size = size;
    this.path = path;
    this.written = written;
    this.opener = Objects.requireNonNull(opener, "opener");
  }

  /**
   * Returns a real file, which can be mapped where it is.
   *
   * @throws IOException if it does not exist or is no file
   */
  public static FileSource of(Path file) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
    if (!facts.isRegularFile()) {
      throw new IOException(file + " is not a file");
    }
    Path path = file.toAbsolutePath().normalize();
    return new FileSource(
        identity(path, facts),
        facts.size(),
        path,
        facts.lastModifiedTime().toInstant(),
        () -> Files.newInputStream(path));
  }

  /**
   * Returns a file that has no path of its own, such as an entry of a bundle.
   *
   * @param identity a text that is never the same for other bytes, such as the jar's path, time and
   *     the entry's name: the digest is computed once for each
   * @param size in bytes
   */
  public static FileSource of(String identity, long size, Opener opener) {
    return new FileSource(identity, size, null, null, opener);
  }

  /** Returns a part of a real file, such as an entry of a jar, whose identity holds the file's. */
  static FileSource within(BasicFileAttributes file, String identity, long size, Opener opener) {
    return new FileSource(identity, size, null, file.lastModifiedTime().toInstant(), opener);
  }

  /** Returns a text that changes when the file at this path is replaced or rewritten. */
  static String identity(Path path, BasicFileAttributes facts) {
    return path
        + "|"
        + facts.size()
        + "|"
        + facts.lastModifiedTime().toInstant()
        + "|"
        + facts.fileKey();
  }

  /** Returns a text that is never the same for other bytes. */
  public String identity() {
    return identity;
  }

  /** Returns the size in bytes. */
  public long size() {
    return size;
  }

  /** Returns the path, where this is a real file. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /** Opens the bytes; close the stream. */
  public InputStream open() throws IOException {
    return opener.open();
  }

  /** Says whether the identity stands for these bytes beyond this process, at the time given. */
  boolean durable(Instant now) {
    return written != null && written.isBefore(now.minus(STILL)) && !identity.contains("\n");
  }

  /** Says whether a real file is still the one that it was when this source was made. */
  boolean unchanged() throws IOException {
    return path == null
        || identity.equals(identity(path, Files.readAttributes(path, BasicFileAttributes.class)));
  }
}
