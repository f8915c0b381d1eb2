package dev.triptych.models.diffusers.schedulers;

import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The way from noise to a sample in a fixed number of steps.
 *
 * <pre>{@code
 * Scheduler scheduler = Schedulers.of(SchedulerConfig.read(folder.resolve("scheduler")), 20, List.of());
 * float[] timesteps = scheduler.timesteps();
 * float[] x = start noise, times scheduler.initNoiseSigma();
 * for (int i = 0; i < timesteps.length; i++) {
 *   float[] out = unet.predict(scheduler.scaled(x, i), 1, 16, 16, timesteps[i], text, tokens, mask);
 *   x = scheduler.step(out, i, x, noise);
 * }
 * }</pre>
 *
 * <p>An image to image run begins late: {@code x = noised(original, noise, begin)}, then the steps
 * from {@code begin = scheduler.begin(steps, strength)} on.
 *
 * <p>A scheduler belongs to one run of one picture and to one thread: a multistep one remembers
 * earlier outputs. The numbers are those of Hugging Face diffusers 0.34.
 */
@ConsumerType
public interface Scheduler {

  /**
   * Returns the timestep of each call of the model, in order: from noise to the sample. A scheduler
   * of second order calls the model about twice a step, so that this is longer than the number of
   * steps.
   */
  float[] timesteps();

  /** Returns what unit noise is multiplied by to begin with it. */
  default double initNoiseSigma() {
    return 1;
  }

  /**
   * Returns the sample as the model wants to see it ({@code scale_model_input}); may be the same
   * array.
   */
  default float[] scaled(float[] sample, int index) {
    return sample;
  }

  /** Returns how many noise tensors a whole run draws, at most one a call of {@link #step}. */
  default int noises() {
    return 0;
  }

  /** Returns how many calls of the model one step takes: 1, or 2 for Heun. */
  default int order() {
    return 1;
  }

  /**
   * Takes one step.
   *
   * @param modelOutput what the model predicted from {@code scaled(sample, index)} at {@code
   *     timesteps()[index]}
   * @param index the step, from 0; steps are taken in order, but may begin late (image to image)
   * @param sample the sample before the step; left as it is
   * @param noise gives the next tensor of unit noise; asked only by stochastic schedulers
   * @return the sample after the step, less noisy
   */
  float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise);

  /**
   * Returns the original with as much noise as belongs before step {@code index} ({@code
   * add_noise}), to begin late or to keep a region.
   */
  float[] noised(float[] original, float[] noise, int index);

  /**
   * Returns the index to begin at for image to image, as diffusers' {@code get_timesteps}: at
   * strength 1 the whole way is gone, at 0 nothing of it.
   *
   * @param steps the number of steps that the scheduler was made for
   * @param strength from 0 to 1
   */
  default int begin(int steps, double strength) {
    return Math.max(steps - Math.min((int) (steps * strength), steps), 0) * order();
  }
}
