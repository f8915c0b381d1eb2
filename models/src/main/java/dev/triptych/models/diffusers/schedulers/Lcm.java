package dev.triptych.models.diffusers.schedulers;

import java.util.function.Supplier;

/**
 * The multistep sampler of Luo et al., "Latent Consistency Models" (2023), as diffusers' {@code
 * LCMScheduler}: each step predicts the original, and all but the last put noise on it again.
 *
 * <p>The setting {@code strength} (0 to 1) is what diffusers' pipeline of latent consistency passes
 * for image to image; other pipelines begin late instead.
 */
final class Lcm extends AlphaScheduler {

  private static final double DATA = 0.5; // deviation of the data, σ_data in the paper

  private final Prediction prediction;
  private final Clip clip;
  private final float finalAlpha;
  private final double scaling;

  Lcm(SchedulerConfig config, int steps) {
    super(
        config
            .withDefault("beta_start", 0.00085)
            .withDefault("beta_end", 0.012)
            .withDefault("beta_schedule", "scaled_linear")
            .schedule(),
        distilled(config, steps));
    prediction = Prediction.of(config);
    clip = Clip.of(config, false);
    finalAlpha = finalAlpha(config, true);
    scaling = config.real("timestep_scaling", 10);
  }

  /** Some of the timesteps that the model was distilled at, evenly. */
  private static int[] distilled(SchedulerConfig config, int steps) {
    int original = config.whole("original_inference_steps", 50);
    if (original < 1 || original > config.trainSteps()) {
      throw config.refused("original_inference_steps", Integer.toString(original));
    }
    double strength = config.real("strength", 1);
    if (strength < 0 || strength > 1) {
      throw config.refused("strength", Double.toString(strength));
    }
    int count = (int) (original * strength);
    Timesteps.check(steps, count);
    int gap = config.trainSteps() / original;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      int skipped = (int) (i * ((double) count / steps));
      timesteps[i] = (count - skipped) * gap - 1;
    }
    return timesteps;
  }

  @Override
  public int noises() {
    return timesteps.length - 1;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    boolean last = index == timesteps.length - 1;
    float alpha = schedule.alphaCumprod(timesteps[index]);
    float[] original =
        clip.apply(
            prediction.original(modelOutput, sample, Math.sqrt(alpha), Math.sqrt(1 - alpha)));
    double scaled = timesteps[index] * scaling;
    double square = scaled * scaled + DATA * DATA;
    float[] clean =
        Timesteps.mixed(original, scaled / Math.sqrt(square), sample, DATA * DATA / square);
    if (last) {
      return clean;
    }
    float after = schedule.alphaCumprod(timesteps[index + 1]);
    return Timesteps.mixed(clean, Math.sqrt(after), noise.get(), Math.sqrt(1 - after));
  }
}
