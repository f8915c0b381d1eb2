package dev.triptych.models.diffusers.schedulers;

/**
 * What the schedulers share whose samples are {@code original + σ · noise}, so that they begin with
 * much noise and the model sees them scaled to unit variance (k-diffusion's way to write the ODE).
 */
abstract class SigmaScheduler implements Scheduler {

  final Prediction prediction;
  final float[] sigmas; // before each call of the model, and after the last
  private final float[] timesteps;
  private final boolean leading;

  SigmaScheduler(SchedulerConfig config, Prediction prediction, float[] timesteps, float[] sigmas) {
    this.prediction = prediction;
    this.timesteps = timesteps;
    this.sigmas = sigmas;
    leading = Timesteps.spacing(config, "linspace").equals("leading");
  }

  @Override
  public final float[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public final double initNoiseSigma() {
    double most = sigmas[0];
    return leading ? Math.sqrt(most * most + 1) : most;
  }

  @Override
  public final float[] scaled(float[] sample, int index) {
    float divisor = (float) Math.sqrt(sigmas[index] * sigmas[index] + 1);
    float[] scaled = new float[sample.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = sample[i] / divisor;
    }
    return scaled;
  }

  @Override
  public final float[] noised(float[] original, float[] noise, int index) {
    return Timesteps.mixed(original, 1, noise, sigmas[index]);
  }

  /**
   * The slope of the sample over σ. All is in single precision and in diffusers' order: at a great
   * σ most of the sample is lost in the difference.
   */
  static float[] slope(float[] sample, float[] original, float sigma) {
    float[] slope = new float[sample.length];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = (sample[i] - original[i]) / sigma;
    }
    return slope;
  }
}
