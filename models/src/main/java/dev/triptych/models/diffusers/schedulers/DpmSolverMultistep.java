package dev.triptych.models.diffusers.schedulers;

import java.util.Arrays;
import java.util.List;

/**
 * DPM-Solver++ of first or second order (Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling
 * of Diffusion Probabilistic Models", 2022), as diffusers' {@code DPMSolverMultistepScheduler}.
 */
public final class DpmSolverMultistep implements Scheduler {

  private final int[] timesteps;
  private final float[] sigmas; // noise over signal before each step, and after the last
  private final String prediction;
  private final int order;
  private final boolean heun;
  private final boolean firstOrderFinal;
  private float[] before; // the original as predicted one step ago
  private int beforeIndex = -1;

  /**
   * Prepares a run.
   *
   * @param steps the number of steps, 1 to the number of training steps less 1
   */
  public DpmSolverMultistep(SchedulerConfig config, int steps) {
    Timesteps.check(steps, config.trainSteps() - 1);
    prediction = config.predictionType();
    order = config.whole("solver_order", 2);
    if (order != 1 && order != 2) {
      throw new IllegalArgumentException("solver_order must be 1 or 2, but is " + order);
    }
    heun = config.choice("solver_type", "midpoint", List.of("midpoint", "heun")).equals("heun");
    float[] alphas = config.schedule().alphasCumprod();
    if (config.flag("rescale_betas_zero_snr", false)) {
      alphas[alphas.length - 1] = 0x1p-24f; // so that the first sigma stays finite
    }
    double[] train = new double[alphas.length];
    for (int i = 0; i < train.length; i++) {
      train[i] = (float) Math.sqrt((1 - alphas[i]) / alphas[i]);
    }
    double[] way;
    if (config.flag("use_karras_sigmas", false)) {
      way = karras(train[train.length - 1], train[0], steps);
      timesteps = Arrays.stream(way).mapToInt(s -> nearest(s, train, config)).toArray();
    } else {
      timesteps = spaced(config, alphas, steps);
      way = Arrays.stream(timesteps).mapToDouble(t -> train[t]).toArray();
    }
    sigmas = new float[way.length + 1];
    for (int i = 0; i < way.length; i++) {
      sigmas[i] = (float) way[i];
    }
    String last = config.choice("final_sigmas_type", "zero", List.of("zero", "sigma_min"));
    sigmas[way.length] = last.equals("zero") ? 0 : (float) train[0];
    firstOrderFinal =
        config.flag("euler_at_final", false)
            || config.flag("lower_order_final", true) && way.length < 15
            || last.equals("zero");
  }

  private static int[] spaced(SchedulerConfig config, float[] alphas, int steps) {
    double clipped = config.real("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    int last = alphas.length;
    while (last > 1 && Math.log(Math.sqrt(alphas[last - 1] / (1.0 - alphas[last - 1]))) < clipped) {
      last--;
    }
    String spacing =
        config.choice("timestep_spacing", "linspace", List.of("linspace", "leading", "trailing"));
    int offset = config.whole("steps_offset", 0);
    return switch (spacing) {
      case "linspace" -> Arrays.copyOf(Timesteps.linspace(last - 1, steps + 1), steps);
      case "leading" ->
          Arrays.copyOf(
              Timesteps.leading(last / (steps + 1), steps + 1, offset, alphas.length), steps);
      default -> Timesteps.trailing(last, (double) alphas.length / steps, steps);
    };
  }

  /** Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022). */
  private static double[] karras(double most, double least, int steps) {
    double[] way = new double[steps];
    double high = Math.pow(most, 1 / 7.0);
    double low = Math.pow(least, 1 / 7.0);
    for (int i = 0; i < steps; i++) {
      double ramp = steps > 1 ? (double) i / (steps - 1) : 0;
      way[i] = Math.pow(high + ramp * (low - high), 7);
    }
    return way;
  }

  /** The timestep whose sigma is nearest in logarithm. */
  private static int nearest(double sigma, double[] train, SchedulerConfig config) {
    double log = Math.log(Math.max(sigma, 1e-10));
    int low = 0;
    while (low < train.length - 2 && Math.log(train[low + 1]) <= log) {
      low++;
    }
    double lower = Math.log(train[low]);
    double upper = Math.log(train[low + 1]);
    double weight = Math.max(0, Math.min(1, (lower - log) / (lower - upper)));
    double timestep = (1 - weight) * low + weight * (low + 1);
    boolean rounded =
        !"squaredcos_cap_v2"
            .equals(
                config.choice(
                    "beta_schedule",
                    "linear",
                    List.of("linear", "scaled_linear", "squaredcos_cap_v2")));
    return (int) (rounded ? Math.rint(timestep) : timestep);
  }

  @Override
  public int[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample) {
    double sigma = sigmas[index];
    double alpha = signal(sigma);
    double alphaAfter = signal(sigmas[index + 1]);
    double noise = sigma * alpha;
    double noiseAfter = sigmas[index + 1] * alphaAfter;
    float[] original = original(modelOutput, sample, alpha, noise);
    double h = -Math.log(sigmas[index + 1]) + Math.log(sigma); // growth of the half-log SNR
    double decay = Math.exp(-h) - 1;
    double keep = noiseAfter / noise;
    boolean last = index == timesteps.length - 1;
    boolean second =
        order == 2 && before != null && beforeIndex == index - 1 && !(last && firstOrderFinal);
    double slope = 0; // weight of the change since the step before
    if (second) {
      double r = (Math.log(sigmas[index - 1]) - Math.log(sigma)) / h;
      slope = (heun ? alphaAfter * (decay / h + 1) : -0.5 * alphaAfter * decay) / r;
    }
    float[] after = new float[sample.length];
    for (int i = 0; i < after.length; i++) {
      double value = keep * sample[i] - alphaAfter * decay * original[i];
      if (second) {
        value += slope * (original[i] - before[i]);
      }
      after[i] = (float) value;
    }
    before = original;
    beforeIndex = index;
    return after;
  }

  private float[] original(float[] modelOutput, float[] sample, double alpha, double noise) {
    return switch (prediction) {
      case "epsilon" -> Timesteps.mixed(sample, 1 / alpha, modelOutput, -noise / alpha);
      case "sample" -> modelOutput.clone();
      default -> Timesteps.mixed(sample, alpha, modelOutput, -noise);
    };
  }

  @Override
  public float[] noised(float[] original, float[] noise, int index) {
    double alpha = signal(sigmas[index]);
    return Timesteps.mixed(original, alpha, noise, sigmas[index] * alpha);
  }

  private static double signal(double sigma) {
    return 1 / Math.sqrt(sigma * sigma + 1);
  }
}
