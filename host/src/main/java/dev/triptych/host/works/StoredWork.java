package dev.triptych.host.works;

import dev.triptych.api.Artifact;
import dev.triptych.api.Lineage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A work in the store. [any thread]
 *
 * @param id SHA-256 of the bytes
 * @param record id of the record, which the label in the bytes names too
 * @param mediaType such as {@code image/png}
 * @param lineage how it was made
 * @param path the file, read-only by agreement
 * @param size in bytes
 */
public record StoredWork(
    String id, String record, String mediaType, Lineage lineage, Path path, long size)
    implements Artifact {

  @Override
  public InputStream open() throws IOException {
    return Files.newInputStream(path);
  }

  /** Returns all bytes. */
  public byte[] bytes() throws IOException {
    return Files.readAllBytes(path);
  }
}
