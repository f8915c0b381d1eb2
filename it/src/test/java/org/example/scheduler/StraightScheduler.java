package org.example.scheduler;

import dev.triptych.models.diffusers.schedulers.NoiseSchedule;
import dev.triptych.models.diffusers.schedulers.Scheduler;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import java.util.function.Supplier;

/** Goes straight from where it is towards the original that the model predicts. */
final class StraightScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final String prediction;
  private final float[] timesteps;

  StraightScheduler(SchedulerConfig config, int steps) {
    schedule = config.schedule();
    prediction = config.predictionType();
    timesteps = new float[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = (steps - i) * config.trainSteps() / steps - 1;
    }
  }

  @Override
  public float[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    float alpha = schedule.alphaCumprod((int) timesteps[index]);
    float signal = (float) Math.sqrt(alpha);
    float spread = (float) Math.sqrt(1 - alpha);
    boolean last = index + 1 == timesteps.length;
    float left = last ? 0 : 1 - schedule.alphaCumprod((int) timesteps[index + 1]);
    float share = (float) Math.sqrt(left) / spread; // of the noise that stays
    float[] after = new float[sample.length];
    for (int i = 0; i < after.length; i++) {
      float original =
          switch (prediction) {
            case "epsilon" -> (sample[i] - spread * modelOutput[i]) / Math.max(signal, 0.01f);
            case "sample" -> modelOutput[i];
            default -> signal * sample[i] - spread * modelOutput[i];
          };
      after[i] = share * sample[i] + (1 - share) * original;
    }
    return after;
  }

  @Override
  public float[] noised(float[] original, float[] noise, int index) {
    float alpha = schedule.alphaCumprod((int) timesteps[index]);
    float[] noised = new float[original.length];
    for (int i = 0; i < noised.length; i++) {
      noised[i] = (float) (Math.sqrt(alpha) * original[i] + Math.sqrt(1 - alpha) * noise[i]);
    }
    return noised;
  }
}
