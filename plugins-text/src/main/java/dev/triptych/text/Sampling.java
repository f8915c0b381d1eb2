package dev.triptych.text;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws a token from logits of which some are forbidden. */
final class Sampling {
  private static final double TOP_P = 0.95;

  private final double temperature;
  private final SplittableRandom random;

  /**
   * Prepares to draw.
   *
   * @param temperature above 0; 1 draws as the model says, less is safer
   */
  Sampling(double temperature, SplittableRandom random) {
    this.temperature = temperature;
    this.random = random;
  }

  /**
   * Draws among tokens whose logit is not −∞, from the smallest set that holds 95 % of their
   * probability (nucleus sampling, Holtzman et al. 2020).
   *
   * @return a token, or -1 if all are forbidden
   */
  int draw(float[] logits) {
    int n = 0;
    int[] ids = new int[logits.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] > Float.NEGATIVE_INFINITY) {
        ids[n++] = id;
        most = Math.max(most, logits[id]);
      }
    }
    if (n == 0) {
      return -1;
    }
    long[] order = new long[n]; // weight in the upper half, so that sorting sorts by weight
    double total = 0;
    for (int i = 0; i < n; i++) {
      float weight = (float) Math.exp((logits[ids[i]] - most) / temperature);
      total += weight;
      order[i] = (long) Float.floatToIntBits(weight) << 32 | ids[i];
    }
    Arrays.sort(order);
    double left = random.nextDouble() * TOP_P * total;
    for (int i = n - 1; i >= 0; i--) {
      left -= Float.intBitsToFloat((int) (order[i] >>> 32));
      if (left <= 0) {
        return (int) order[i];
      }
    }
    return (int) order[0];
  }

  /** Returns the natural logarithm of a token's probability among all tokens. */
  static double logProbability(float[] logits, int id) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit - most);
    }
    return logits[id] - most - Math.log(total);
  }

  SplittableRandom random() {
    return random;
  }
}
