package dev.triptych.models.diffusers.schedulers;

/** A curve that the noise may follow in place of the model's own, from the most to the least. */
enum Curve {
  /** The noise at evenly spaced timesteps. */
  NONE,
  /** Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022). */
  KARRAS,
  /** Even steps of the logarithm. */
  EXPONENTIAL,
  /** Quantiles of a beta distribution (Lee et al., "Beta Sampling is All You Need", 2024). */
  BETA;

  private static final double SHAPE = 0.6; // of the beta distribution, on both sides

  static Curve of(SchedulerConfig config) {
    boolean karras = config.flag("use_karras_sigmas", false);
    boolean exponential = config.flag("use_exponential_sigmas", false);
    boolean beta = config.flag("use_beta_sigmas", false);
    if (karras && exponential || karras && beta || exponential && beta) {
      throw new IllegalArgumentException(
          config.where()
              + ": only one of use_karras_sigmas, use_exponential_sigmas and use_beta_sigmas can"
              + " be true");
    }
    return karras ? KARRAS : exponential ? EXPONENTIAL : beta ? BETA : NONE;
  }

  /** Returns the noise before each step, falling. */
  double[] along(double most, double least, int steps) {
    double[] way = new double[steps];
    for (int i = 0; i < steps; i++) {
      double ramp = steps > 1 ? (double) i / (steps - 1) : 0;
      way[i] =
          switch (this) {
            case KARRAS -> {
              double high = Math.pow(most, 1 / 7.0);
              double low = Math.pow(least, 1 / 7.0);
              yield Math.pow(high + ramp * (low - high), 7);
            }
            case EXPONENTIAL ->
                Math.exp(Math.log(most) + ramp * (Math.log(least) - Math.log(most)));
            case BETA -> least + quantile(1 - ramp) * (most - least);
            case NONE -> throw new IllegalStateException("no curve");
          };
    }
    return way;
  }

  /** The quantile of the beta distribution, by halving; it is symmetric. */
  private static double quantile(double share) {
    if (share > 0.5) {
      return 1 - quantile(1 - share);
    }
    double target = 2 * share * incompleteBeta(0.5);
    double low = 0;
    double high = 0.5;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (incompleteBeta(middle) < target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The integral of {@code (t (1 − t))^(SHAPE − 1)} from 0 to x, at most 0.5, as a power series.
   */
  private static double incompleteBeta(double x) {
    double sum = 0;
    double term = 1;
    for (int n = 0; n < 60; n++) {
      sum += term / (SHAPE + n);
      term *= (n + 1 - SHAPE) / (n + 1) * x;
    }
    return Math.pow(x, SHAPE) * sum;
  }
}
