package dev.triptych.models.diffusers.schedulers;

import java.util.List;

/**
 * The deterministic sampler of Song et al., "Denoising Diffusion Implicit Models" (2021), as
 * diffusers' {@code DDIMScheduler} with eta 0.
 */
public final class Ddim implements Scheduler {

  private final NoiseSchedule schedule;
  private final int[] timesteps;
  private final String prediction;
  private final boolean clip;
  private final float clipRange;
  private final float finalAlpha;

  /**
   * Prepares a run.
   *
   * @param steps the number of steps, 1 to the number of training steps
   */
  public Ddim(SchedulerConfig config, int steps) {
    schedule = config.schedule();
    prediction = config.predictionType();
    clip = config.flag("clip_sample", true);
    clipRange = (float) config.real("clip_sample_range", 1.0);
    finalAlpha = config.flag("set_alpha_to_one", true) ? 1 : schedule.alphaCumprod(0);
    timesteps = spaced(config, steps);
  }

  private static int[] spaced(SchedulerConfig config, int steps) {
    int train = config.trainSteps();
    Timesteps.check(steps, train);
    String spacing =
        config.choice("timestep_spacing", "leading", List.of("linspace", "leading", "trailing"));
    return switch (spacing) {
      case "linspace" -> Timesteps.linspace(train - 1, steps);
      case "leading" ->
          Timesteps.leading(train / steps, steps, config.whole("steps_offset", 0), train);
      default -> Timesteps.trailing(train, (double) train / steps, steps);
    };
  }

  @Override
  public int[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample) {
    int timestep = timesteps[index];
    int previous = timestep - schedule.steps() / timesteps.length;
    float alpha = schedule.alphaCumprod(timestep);
    float alphaBefore = previous >= 0 ? schedule.alphaCumprod(previous) : finalAlpha;
    float signal = (float) Math.sqrt(alpha);
    float noise = (float) Math.sqrt(1 - alpha);
    float signalBefore = (float) Math.sqrt(alphaBefore);
    float noiseBefore = (float) Math.sqrt(1 - alphaBefore);
    float[] after = new float[sample.length];
    for (int i = 0; i < after.length; i++) {
      float out = modelOutput[i];
      float x = sample[i];
      float original;
      float epsilon;
      switch (prediction) {
        case "epsilon" -> {
          original = (x - noise * out) / signal;
          epsilon = out;
        }
        case "sample" -> {
          original = out;
          epsilon = (x - signal * original) / noise;
        }
        default -> {
          original = signal * x - noise * out;
          epsilon = signal * out + noise * x;
        }
      }
      if (clip) {
        original = Math.max(-clipRange, Math.min(clipRange, original));
      }
      after[i] = signalBefore * original + noiseBefore * epsilon;
    }
    return after;
  }

  @Override
  public float[] noised(float[] original, float[] noise, int index) {
    float alpha = schedule.alphaCumprod(timesteps[index]);
    return Timesteps.mixed(original, Math.sqrt(alpha), noise, Math.sqrt(1 - alpha));
  }
}
