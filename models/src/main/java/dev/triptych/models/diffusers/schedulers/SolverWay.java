package dev.triptych.models.diffusers.schedulers;

/**
 * Timesteps and noise of a run of DPM-Solver or UniPC.
 *
 * @param timesteps whole ones
 * @param sigmas noise over signal before each step, and after the last
 */
record SolverWay(int[] timesteps, float[] sigmas) {

  static SolverWay dpm(SchedulerConfig config, int steps) {
    float[] alphas = Sigmas.alphas(config);
    double[] table = Sigmas.table(alphas);
    double last = Sigmas.endsAtZero(config) ? 0 : table[0];
    boolean lu = config.flag("use_lu_lambdas", false);
    Curve curve = Curve.of(config);
    if (curve == Curve.NONE && !lu) {
      int[] timesteps = Timesteps.dropping(config, steps, reached(config, alphas));
      return new SolverWay(timesteps, Sigmas.whole(at(timesteps, table), last, config));
    }
    // Lu et al. (2022) step evenly over the logarithm, which is the exponential curve.
    Curve taken = curve == Curve.NONE ? Curve.EXPONENTIAL : curve;
    boolean rounded =
        (curve == Curve.KARRAS || lu) && !NoiseSchedule.shape(config).equals(NoiseSchedule.COSINE);
    return along(taken, table, steps, rounded, last, config);
  }

  static SolverWay unipc(SchedulerConfig config, int steps) {
    float[] alphas = Sigmas.alphas(config);
    double[] table = Sigmas.table(alphas);
    double last = Sigmas.endsAtZero(config) ? 0 : table[0];
    Curve curve = Curve.of(config);
    if (curve == Curve.NONE) {
      int[] timesteps = Timesteps.dropping(config, steps, alphas.length);
      return new SolverWay(timesteps, Sigmas.whole(at(timesteps, table), last, config));
    }
    return along(curve, table, steps, curve == Curve.KARRAS, last, config);
  }

  private static SolverWay along(
      Curve curve,
      double[] table,
      int steps,
      boolean rounded,
      double last,
      SchedulerConfig config) {
    Timesteps.check(steps, table.length - 1);
    double[] way = curve.along(table[table.length - 1], table[0], steps);
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      double timestep = Sigmas.timestep(way[i], table);
      timesteps[i] = (int) (rounded ? Math.rint(timestep) : timestep);
    }
    return new SolverWay(timesteps, Sigmas.whole(way, last, config));
  }

  private static double[] at(int[] timesteps, double[] table) {
    double[] way = new double[timesteps.length];
    for (int i = 0; i < way.length; i++) {
      way[i] = table[timesteps[i]];
    }
    return way;
  }

  /** How many timesteps stay above {@code lambda_min_clipped}, the least half-log SNR. */
  private static int reached(SchedulerConfig config, float[] alphas) {
    double clipped = config.real("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    int last = alphas.length;
    while (last > 1 && Math.log(Math.sqrt(alphas[last - 1] / (1.0 - alphas[last - 1]))) < clipped) {
      last--;
    }
    return last;
  }
}
