package dev.triptych.models.diffusers.schedulers;

import java.util.List;

/** Noise over signal, σ, at the training timesteps and along the way of a run. */
final class Sigmas {

  private Sigmas() {}

  /** Returns σ of every training timestep, rising, from ᾱ. */
  static double[] table(float[] alphas) {
    double[] table = new double[alphas.length];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) Math.sqrt((1 - alphas[i]) / alphas[i]);
    }
    return table;
  }

  /** Returns ᾱ of every training timestep; without signal at the last, σ there stays finite. */
  static float[] alphas(SchedulerConfig config) {
    float[] alphas = config.schedule().alphasCumprod();
    if (config.flag("rescale_betas_zero_snr", false)) {
      alphas[alphas.length - 1] = 0x1p-24f;
    }
    return alphas;
  }

  /** Returns σ at timesteps that may lie between whole ones. */
  static double[] at(float[] timesteps, double[] table) {
    double[] way = new double[timesteps.length];
    for (int i = 0; i < way.length; i++) {
      int low = Math.max(0, Math.min((int) timesteps[i], table.length - 1));
      int high = Math.min(low + 1, table.length - 1);
      way[i] = table[low] + (timesteps[i] - low) * (table[high] - table[low]);
    }
    return way;
  }

  /** Returns the timestep of a σ, between whole ones, by its logarithm. */
  static double timestep(double sigma, double[] table) {
    double log = Math.log(Math.max(sigma, 1e-10));
    int low = 0;
    while (low < table.length - 2 && (float) Math.log(table[low + 1]) <= log) {
      low++;
    }
    double lower = (float) Math.log(table[low]);
    double upper = (float) Math.log(table[low + 1]);
    double weight = Math.max(0, Math.min(1, (lower - log) / (lower - upper)));
    return (1 - weight) * low + weight * (low + 1);
  }

  static float[] timesteps(double[] way, double[] table) {
    float[] timesteps = new float[way.length];
    for (int i = 0; i < way.length; i++) {
      timesteps[i] = (float) timestep(way[i], table);
    }
    return timesteps;
  }

  /** Reads {@code final_sigmas_type}: whether the last step ends without noise. */
  static boolean endsAtZero(SchedulerConfig config) {
    return config.choice("final_sigmas_type", "zero", List.of("zero", "sigma_min")).equals("zero");
  }

  /**
   * Returns σ before each step and after the last, in single precision.
   *
   * @throws IllegalArgumentException if the noise does not fall from step to step
   */
  static float[] whole(double[] way, double last, SchedulerConfig config) {
    float[] sigmas = new float[way.length + 1];
    for (int i = 0; i < way.length; i++) {
      sigmas[i] = (float) way[i];
      if (!Float.isFinite(sigmas[i]) || sigmas[i] <= 0 || i > 0 && sigmas[i] >= sigmas[i - 1]) {
        throw new IllegalArgumentException(
            config.where()
                + ": in "
                + way.length
                + " steps the noise does not fall from step to step; take other steps, or a"
                + " scheduler with other settings");
      }
    }
    sigmas[way.length] = (float) last;
    return sigmas;
  }

  /** The share of signal in a sample of unit variance. */
  static double signal(double sigma) {
    return 1 / Math.sqrt(sigma * sigma + 1);
  }
}
