package dev.triptych.models.diffusers.schedulers;

import java.util.function.Supplier;

/**
 * Euler's method (algorithm 2 of Karras et al., 2022, without its churn), as diffusers' {@code
 * EulerDiscreteScheduler}.
 */
final class Euler extends SigmaScheduler {

  Euler(SchedulerConfig config, int steps) {
    this(config, SigmaWay.euler(config, steps));
  }

  private Euler(SchedulerConfig config, SigmaWay way) {
    super(config, Prediction.of(config), way.timesteps(), way.sigmas());
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    float sigma = sigmas[index];
    float[] slope = slope(sample, prediction.original(modelOutput, sample, sigma), sigma);
    return Timesteps.mixed(sample, 1, slope, sigmas[index + 1] - sigma);
  }
}
