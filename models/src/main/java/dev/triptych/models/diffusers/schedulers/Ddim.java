package dev.triptych.models.diffusers.schedulers;

import java.util.function.Supplier;

/**
 * The sampler of Song et al., "Denoising Diffusion Implicit Models" (2021), as diffusers' {@code
 * DDIMScheduler}.
 *
 * <p>The setting {@code eta} (0 to 1) is what diffusers passes to a pipeline: 0 draws no noise.
 */
final class Ddim extends AlphaScheduler {

  private final Prediction prediction;
  private final Clip clip;
  private final float finalAlpha;
  private final double eta;

  Ddim(SchedulerConfig config, int steps) {
    super(config.schedule(), Timesteps.whole(config, steps));
    prediction = Prediction.of(config);
    clip = Clip.of(config, true);
    finalAlpha = finalAlpha(config, true);
    eta = config.real("eta", 0);
    if (eta < 0 || eta > 1) {
      throw config.refused("eta", Double.toString(eta));
    }
  }

  @Override
  public int noises() {
    return eta > 0 ? timesteps.length : 0;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    int timestep = timesteps[index];
    int previous = timestep - schedule.steps() / timesteps.length;
    float alpha = schedule.alphaCumprod(timestep);
    float alphaBefore = previous >= 0 ? schedule.alphaCumprod(previous) : finalAlpha;
    double signal = Math.sqrt(alpha);
    double spread = Math.sqrt(1 - alpha);
    float[] original = clip.apply(prediction.original(modelOutput, sample, signal, spread));
    float[] epsilon = prediction.epsilon(modelOutput, sample, signal, spread);
    if (eta == 0) {
      return Timesteps.mixed(original, Math.sqrt(alphaBefore), epsilon, Math.sqrt(1 - alphaBefore));
    }
    double variance = (1 - alphaBefore) / (1 - alpha) * (1 - alpha / alphaBefore);
    double deviation = eta * Math.sqrt(variance); // formula (16)
    double direction = Math.sqrt(1 - alphaBefore - deviation * deviation);
    float[] mean = Timesteps.mixed(original, Math.sqrt(alphaBefore), epsilon, direction);
    return Timesteps.mixed(mean, 1, noise.get(), deviation);
  }
}
