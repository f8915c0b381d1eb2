package dev.triptych.testkit;

import dev.triptych.api.Artifact;
import dev.triptych.api.Lineage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A work in memory. */
final class StoredArtifact implements Artifact {
  private final String id;
  private final String mediaType;
  private final byte[] bytes;
  private final Lineage lineage;

  private StoredArtifact(String id, String mediaType, byte[] bytes, Lineage lineage) {
    this.id = id;
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.lineage = lineage;
  }

  static StoredArtifact of(String mediaType, byte[] bytes, Lineage lineage) {
    String id = HexFormat.of().formatHex(sha256().digest(bytes));
    return new StoredArtifact(id, mediaType, bytes.clone(), lineage);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String mediaType() {
    return mediaType;
  }

  @Override
  public Lineage lineage() {
    return lineage;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public String toString() {
    return mediaType + " " + id;
  }
}
