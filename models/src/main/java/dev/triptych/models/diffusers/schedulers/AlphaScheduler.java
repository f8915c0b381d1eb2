package dev.triptych.models.diffusers.schedulers;

/** What the schedulers share that step over whole timesteps, with ᾱ from the table. */
abstract class AlphaScheduler implements Scheduler {

  final NoiseSchedule schedule;
  final int[] timesteps;

  AlphaScheduler(NoiseSchedule schedule, int[] timesteps) {
    this.schedule = schedule;
    this.timesteps = timesteps;
  }

  @Override
  public final float[] timesteps() {
    return Timesteps.real(timesteps);
  }

  @Override
  public final float[] noised(float[] original, float[] noise, int index) {
    float alpha = schedule.alphaCumprod(timesteps[index]);
    return Timesteps.mixed(original, Math.sqrt(alpha), noise, Math.sqrt(1 - alpha));
  }

  /** Whether ᾱ after the last step is that of timestep 0, or 1: nothing but signal. */
  final float finalAlpha(SchedulerConfig config, boolean one) {
    return config.flag("set_alpha_to_one", one) ? 1 : schedule.alphaCumprod(0);
  }
}
