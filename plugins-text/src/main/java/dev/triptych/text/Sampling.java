package dev.triptych.text;

import dev.triptych.models.sampling.Sampler;
import java.util.SplittableRandom;

/** Draws tokens among those that the rules leave open, from 95 % of their probability. */
final class Sampling {
  private static final double TOP_P = 0.95;
  private static final int[] NONE = {};

  private final Sampler sampler;
  private final SplittableRandom random;

  /**
   * Prepares to draw.
   *
   * @param temperature above 0; 1 draws as the model says, less is safer
   * @param random decides every draw
   */
  Sampling(double temperature, SplittableRandom random) {
    this.sampler = Sampler.seeded(random.nextLong()).temperature(temperature).topP(TOP_P);
    this.random = random;
  }

  /** Returns a token whose logit is not −∞, or -1 if all are forbidden. */
  int draw(float[] logits) {
    for (float logit : logits) {
      if (logit > Float.NEGATIVE_INFINITY) {
        return sampler.sample(NONE, 0, logits);
      }
    }
    return -1;
  }

  /** Returns the random numbers for what is not a token. */
  SplittableRandom random() {
    return random;
  }
}
