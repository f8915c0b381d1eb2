package dev.triptych.models.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The digests by which {@link ModelManager} knows models, without loading any. [any thread]
 *
 * <p>Those of files that have lain still are remembered below the home folder.
 */
public final class ModelDigests {
  private final Digests digests;

  /** Reads what is remembered below the home folder. */
  public ModelDigests(Path home) {
    this.digests = Digests.keptIn(home.resolve("weights").resolve("digests.txt"));
  }

  /**
   * Returns the SHA-256 over the files' names and their own SHA-256, in hexadecimal.
   *
   * @throws IOException if a file cannot be read
   */
  public String of(Map<String, FileSource> files) throws IOException {
    return digests.of(files);
  }
}
