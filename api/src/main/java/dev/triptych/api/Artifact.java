package dev.triptych.api;

import java.io.IOException;
import java.io.InputStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A finished, immutable work. [any thread]
 *
 * <p>Only the host makes one, so that its lineage is never forgotten and never invented.
 */
@ProviderType
public interface Artifact {

  /** Returns the SHA-256 of the bytes, 64 hexadecimal digits. */
  String id();

  /** Returns the media type, such as {@code audio/midi}. */
  String mediaType();

  /** Returns how the work was made. */
  Lineage lineage();

  /** Opens the bytes. Close the stream. */
  InputStream open() throws IOException;
}
