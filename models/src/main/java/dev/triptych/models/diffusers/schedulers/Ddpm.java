package dev.triptych.models.diffusers.schedulers;

import java.util.List;
import java.util.function.Supplier;

/**
 * The sampler of Ho et al., "Denoising Diffusion Probabilistic Models" (2020), as diffusers' {@code
 * DDPMScheduler} with a fixed variance.
 */
final class Ddpm extends AlphaScheduler {

  private final Prediction prediction;
  private final Clip clip;
  private final String variance;

  Ddpm(SchedulerConfig config, int steps) {
    super(config.schedule(), Timesteps.whole(config, steps));
    prediction = Prediction.of(config);
    clip = Clip.of(config, true);
    variance =
        config.choice(
            "variance_type",
            "fixed_small",
            List.of("fixed_small", "fixed_small_log", "fixed_large"));
  }

  @Override
  public int noises() {
    int last = timesteps.length - 1;
    return timesteps[last] > 0 ? last + 1 : last;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    boolean last = index == timesteps.length - 1;
    float alpha = schedule.alphaCumprod(timesteps[index]);
    float alphaBefore = last ? 1 : schedule.alphaCumprod(timesteps[index + 1]);
    float beta = 1 - alpha / alphaBefore; // of this step
    float[] original =
        clip.apply(
            prediction.original(modelOutput, sample, Math.sqrt(alpha), Math.sqrt(1 - alpha)));
    // formula (7)
    double ofOriginal = Math.sqrt(alphaBefore) * beta / (1 - alpha);
    double ofSample = Math.sqrt(alpha / alphaBefore) * (1 - alphaBefore) / (1 - alpha);
    float[] mean = Timesteps.mixed(original, ofOriginal, sample, ofSample);
    if (timesteps[index] == 0) {
      return mean;
    }
    double small = Math.max((1 - alphaBefore) / (1 - alpha) * beta, 1e-20);
    double deviation = Math.sqrt(variance.equals("fixed_large") ? beta : small);
    return Timesteps.mixed(mean, 1, noise.get(), deviation);
  }
}
