package dev.triptych.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What came of one generation.
 *
 * @param main the first work of the media type that the descriptor says; null if there is none, as
 *     after a cancellation
 * @param works all committed works in order
 * @param steps how often {@code step} was called
 * @param stepsBeforeCommit how many of them came before the first commit
 */
public record Outcome(Artifact main, List<Artifact> works, int steps, int stepsBeforeCommit) {

  /** Returns the bytes of the main work. */
  public byte[] bytes() throws IOException {
    try (InputStream in = main.open()) {
      return in.readAllBytes();
    }
  }

  /** Returns the bytes of the main work as UTF-8 text. */
  public String text() throws IOException {
    return new String(bytes(), UTF_8);
  }

  /** Returns the works' ids, which are the SHA-256 of their bytes. */
  public List<String> ids() {
    return works.stream().map(Artifact::id).toList();
  }
}
