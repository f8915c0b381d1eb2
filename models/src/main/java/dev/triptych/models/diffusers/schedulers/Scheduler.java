package dev.triptych.models.diffusers.schedulers;

/**
 * The way from noise to a sample in a fixed number of steps.
 *
 * <pre>{@code
 * Scheduler scheduler = Scheduler.of(SchedulerConfig.read(folder.resolve("scheduler")), 20);
 * float[] x = Latents.noise(seed, 1, 4, 16, 16);
 * for (int i = 0; i < scheduler.timesteps().length; i++) {
 *   float[] out = unet.predict(x, 1, 16, 16, scheduler.timesteps()[i], text, tokens, mask);
 *   x = scheduler.step(out, i, x);
 * }
 * }</pre>
 *
 * <p>A scheduler belongs to one run and one thread: a multistep one remembers earlier outputs. The
 * numbers are those of Hugging Face diffusers 0.34.
 */
public sealed interface Scheduler permits Ddim, DpmSolverMultistep {

  /**
   * Returns the scheduler that the configuration names: DDIM for {@code DDIMScheduler},
   * DPM-Solver++ for every other that shares its settings, such as {@code PNDMScheduler}.
   *
   * @param steps the number of steps, 1 to the number of training steps
   */
  static Scheduler of(SchedulerConfig config, int steps) {
    return config.className().equals("DDIMScheduler")
        ? new Ddim(config, steps)
        : new DpmSolverMultistep(config, steps);
  }

  /** Returns the timestep of each step, in the order of the steps: from noise to the sample. */
  int[] timesteps();

  /**
   * Takes one step.
   *
   * @param modelOutput what the model predicted from {@code sample} at {@code timesteps()[index]}
   * @param index the step, from 0; steps are taken in order, but may begin late (image to image)
   * @param sample the sample before the step; left as it is
   * @return the sample after the step, less noisy
   */
  float[] step(float[] modelOutput, int index, float[] sample);

  /**
   * Returns the original with as much noise as belongs before step {@code index}, to begin late or
   * to keep a region.
   */
  float[] noised(float[] original, float[] noise, int index);
}
