package dev.triptych.models.hub;

import java.time.Duration;

/**
 * How long to wait for a server and how often to try again.
 *
 * @param silence how long nothing may come, before an answer and inside it
 * @param tries how often in a row without anything gained
 * @param pause before the second try; twice as long before each further one
 * @param longest no pause is longer; a server that asks for more ends the pull
 */
public record Patience(Duration silence, int tries, Duration pause, Duration longest) {
  /** 20 s of silence, six tries, pauses of 1, 2, 4, 8, 16 s, at most two minutes on request. */
  public static final Patience STANDARD =
      new Patience(Duration.ofSeconds(20), 6, Duration.ofSeconds(1), Duration.ofMinutes(2));

  /** Checks the numbers. */
  public Patience {
    if (silence.isNegative() || silence.isZero() || tries < 1 || pause.isNegative()) {
      throw new IllegalArgumentException("patience must be positive");
    }
  }
}
