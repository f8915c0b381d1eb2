package dev.triptych.models.diffusers.schedulers;

import java.util.function.Supplier;

/**
 * Euler's method a little too far down, then up again with fresh noise, as diffusers' {@code
 * EulerAncestralDiscreteScheduler} (k-diffusion's {@code sample_euler_ancestral}).
 */
final class EulerAncestral extends SigmaScheduler {

  EulerAncestral(SchedulerConfig config, int steps) {
    this(config, SigmaWay.plain(config, steps));
  }

  private EulerAncestral(SchedulerConfig config, SigmaWay way) {
    super(config, Prediction.noiseOrVelocity(config), way.timesteps(), way.sigmas());
  }

  @Override
  public int noises() {
    return sigmas.length - 1;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    float sigma = sigmas[index];
    double after = sigmas[index + 1];
    double square = (double) sigma * sigma;
    double up = Math.sqrt(after * after * (square - after * after) / square);
    double down = Math.sqrt(after * after - up * up);
    float[] slope = slope(sample, prediction.original(modelOutput, sample, sigma), sigma);
    float[] lower = Timesteps.mixed(sample, 1, slope, down - sigma);
    return Timesteps.mixed(lower, 1, noise.get(), up);
  }
}
