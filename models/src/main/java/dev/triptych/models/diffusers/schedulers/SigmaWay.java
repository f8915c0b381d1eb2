package dev.triptych.models.diffusers.schedulers;

import java.util.List;

/**
 * Timesteps and noise of a run of Euler's method and its kin.
 *
 * @param timesteps may lie between whole ones
 * @param sigmas noise over signal before each step, and after the last
 */
record SigmaWay(float[] timesteps, float[] sigmas) {

  /** The way without any curve, for Euler's method with noise. */
  static SigmaWay plain(SchedulerConfig config, int steps) {
    float[] timesteps = Timesteps.between(config, steps);
    double[] way = Sigmas.at(timesteps, Sigmas.table(Sigmas.alphas(config)));
    return new SigmaWay(timesteps, Sigmas.whole(way, 0, config));
  }

  /** The way of Heun's and of the linear multistep method, which rescale no betas. */
  static SigmaWay curved(SchedulerConfig config, int steps) {
    float[] timesteps = Timesteps.between(config, steps);
    double[] table = Sigmas.table(NoiseSchedule.of(config, false).alphasCumprod());
    double[] way = Sigmas.at(timesteps, table);
    Curve curve = Curve.of(config);
    if (curve != Curve.NONE) {
      way = curve.along(way[0], way[way.length - 1], steps);
      timesteps = Sigmas.timesteps(way, table);
    }
    return new SigmaWay(timesteps, Sigmas.whole(way, 0, config));
  }

  /** The way of Euler's method, which has settings of its own. */
  static SigmaWay euler(SchedulerConfig config, int steps) {
    float[] timesteps = Timesteps.between(config, steps);
    double[] table = Sigmas.table(Sigmas.alphas(config));
    boolean linear =
        config
            .choice("interpolation_type", "linear", List.of("linear", "log_linear"))
            .equals("linear");
    // diffusers gives one more than the steps here; the last is never stepped from
    double[] way =
        linear
            ? Sigmas.at(timesteps, table)
            : Curve.EXPONENTIAL.along(table[table.length - 1], table[0], steps + 1);
    Curve curve = Curve.of(config);
    if (curve != Curve.NONE) {
      double most = sigma(config, "sigma_max", way[0]);
      way = curve.along(most, sigma(config, "sigma_min", way[way.length - 1]), steps);
      timesteps = Sigmas.timesteps(way, table);
    }
    float[] sigmas = Sigmas.whole(way, Sigmas.endsAtZero(config) ? 0 : table[0], config);
    boolean continuous =
        config
            .choice("timestep_type", "discrete", List.of("discrete", "continuous"))
            .equals("continuous");
    if (continuous && Prediction.of(config) == Prediction.VELOCITY) {
      timesteps = new float[sigmas.length - 1];
      for (int i = 0; i < timesteps.length; i++) {
        timesteps[i] = (float) (0.25 * Math.log(sigmas[i]));
      }
    }
    return new SigmaWay(timesteps, sigmas);
  }

  private static double sigma(SchedulerConfig config, String key, double initial) {
    double sigma = config.real(key, initial);
    if (sigma <= 0) {
      throw config.refused(key, Double.toString(sigma));
    }
    return sigma;
  }
}
