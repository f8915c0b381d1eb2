package dev.triptych.models.generation;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears tokens as they come. */
@ConsumerType
@FunctionalInterface
public interface TokenListener {

  /**
   * Hears of a token. What this throws ends the generation, such as a {@link
   * java.util.concurrent.CancellationException}.
   *
   * @param row which continuation it belongs to, in the order of the results
   */
  void token(int row, int id);
}
