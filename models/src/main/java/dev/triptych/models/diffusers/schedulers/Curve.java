package dev.triptych.models.diffusers.schedulers;

/** A curve that the noise may follow in place of the model's own, from the most to the least. */
enum Curve {
  /** The noise at evenly spaced timesteps. */
  NONE,
  /** Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022). */
  KARRAS,
  /** Even steps of the logarithm. */
  EXPONENTIAL;

  static Curve of(SchedulerConfig config) {
    Curve curve = NONE;
    if (config.flag("use_karras_sigmas", false)) {
      curve = KARRAS;
    }
    if (config.flag("use_exponential_sigmas", false)) {
      if (curve != NONE) {
        throw config.refused("use_exponential_sigmas", "true beside use_karras_sigmas");
      }
      curve = EXPONENTIAL;
    }
    if (config.flag("use_beta_sigmas", false)) {
      throw config.refused("use_beta_sigmas", "true");
    }
    return curve;
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
            case NONE -> throw new IllegalStateException("no curve");
          };
    }
    return way;
  }
}
