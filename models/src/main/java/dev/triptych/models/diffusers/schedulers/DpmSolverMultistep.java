package dev.triptych.models.diffusers.schedulers;

import java.util.List;
import java.util.function.Supplier;

/**
 * DPM-Solver++ of first to third order (Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling
 * of Diffusion Probabilistic Models", 2022), as diffusers' {@code DPMSolverMultistepScheduler}:
 * {@code dpmsolver++}, and with noise {@code sde-dpmsolver++}.
 */
final class DpmSolverMultistep implements Scheduler {

  private final SolverWay way;
  private final Prediction prediction;
  private final Clip clip;
  private final int order;
  private final boolean heun;
  private final boolean stochastic;
  private final boolean firstOrderFinal;
  private final boolean secondOrderNext; // at the step before the last
  private final float[][] before; // the original as predicted one step ago, and two
  private int known; // how many of these there are

  DpmSolverMultistep(SchedulerConfig config, int steps) {
    prediction = Prediction.of(config);
    clip = Clip.threshold(config);
    order = config.whole("solver_order", 2);
    if (order < 1 || order > 3) {
      throw config.refused("solver_order", Integer.toString(order));
    }
    heun =
        config
            .choice("solver_type", "midpoint", List.of("midpoint", "heun", "logrho", "bh1", "bh2"))
            .equals("heun"); // diffusers takes the names of other solvers for midpoint
    stochastic =
        config
            .choice(
                "algorithm_type", "dpmsolver++", List.of("dpmsolver++", "sde-dpmsolver++", "deis"))
            .startsWith("sde");
    way = SolverWay.dpm(config, steps);
    boolean few = config.flag("lower_order_final", true) && way.timesteps().length < 15;
    firstOrderFinal = config.flag("euler_at_final", false) || few || Sigmas.endsAtZero(config);
    secondOrderNext = few;
    before = new float[2][];
  }

  @Override
  public float[] timesteps() {
    return Timesteps.real(way.timesteps());
  }

  @Override
  public int noises() {
    return stochastic ? way.timesteps().length : 0;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    double sigma = way.sigmas()[index];
    double sigmaAfter = way.sigmas()[index + 1];
    double alpha = Sigmas.signal(sigma);
    double alphaAfter = Sigmas.signal(sigmaAfter);
    double spread = sigma * alpha;
    double spreadAfter = sigmaAfter * alphaAfter;
    float[] original = clip.apply(prediction.original(modelOutput, sample, alpha, spread));
    double h = Math.log(sigma) - Math.log(sigmaAfter); // growth of the half-log SNR
    double g = stochastic ? 2 * h : h; // with noise, twice as much is taken away and half put back
    double decay = Math.exp(-g) - 1;
    double keep = spreadAfter / spread * (stochastic ? Math.exp(-h) : 1);
    int taken = orderAt(index);
    double first = 0; // weight of the first derivative
    double second = 0; // and of the second
    if (taken == 2 && !heun) {
      first = -0.5 * alphaAfter * decay;
    } else if (taken > 1 && g != 0) {
      first = alphaAfter * (decay / g + 1);
      second = alphaAfter * (-(decay + g) / (g * g) + (stochastic ? -0.5 : 0.5));
    }
    double r0 = taken > 1 ? growth(index - 1) / h : 1;
    double r1 = taken > 2 ? growth(index - 2) / h : 1;
    float[] unit = stochastic ? noise.get() : null;
    double put = stochastic ? spreadAfter * Math.sqrt(1 - Math.exp(-2 * h)) : 0;
    float[] after = new float[sample.length];
    for (int i = 0; i < after.length; i++) {
      double value = keep * sample[i] - alphaAfter * decay * original[i];
      if (taken == 2) {
        value += first / r0 * (original[i] - before[0][i]);
      } else if (taken == 3) {
        double late = (original[i] - before[0][i]) / r0;
        double early = (before[0][i] - before[1][i]) / r1;
        value += first * (late + r0 / (r0 + r1) * (late - early));
        value += second * (late - early) / (r0 + r1);
      }
      if (stochastic) {
        value += put * unit[i];
      }
      after[i] = (float) value;
    }
    before[1] = before[0];
    before[0] = original;
    known++;
    return after;
  }

  private int orderAt(int index) {
    int last = way.timesteps().length - 1;
    if (order == 1 || known < 1 || index == last && firstOrderFinal) {
      return 1;
    }
    return order == 2 || known < 2 || index == last - 1 && secondOrderNext ? 2 : 3;
  }

  /** How far the half-log SNR grew in an earlier step. */
  private double growth(int index) {
    return Math.log(way.sigmas()[index]) - Math.log(way.sigmas()[index + 1]);
  }

  @Override
  public float[] noised(float[] original, float[] noise, int index) {
    double sigma = way.sigmas()[index];
    double alpha = Sigmas.signal(sigma);
    return Timesteps.mixed(original, alpha, noise, sigma * alpha);
  }
}
