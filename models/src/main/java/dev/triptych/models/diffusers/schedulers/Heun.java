package dev.triptych.models.diffusers.schedulers;

import java.util.function.Supplier;

/**
 * Heun's method of second order (algorithm 2 of Karras et al., 2022, without its churn), as
 * diffusers' {@code HeunDiscreteScheduler}.
 *
 * <p>Each step but the last calls the model twice: where it begins, and where Euler's method would
 * end; then it goes by the mean of both slopes.
 */
final class Heun extends SigmaScheduler {

  private final Clip clip;
  private float[] begun; // the sample where the step began, null between steps
  private float[] slopeThere;

  Heun(SchedulerConfig config, int steps) {
    this(config, SigmaWay.curved(defaults(config), steps));
  }

  private Heun(SchedulerConfig config, SigmaWay way) {
    super(
        config,
        Prediction.of(config),
        twice(way.timesteps(), way.timesteps().length),
        twice(way.sigmas(), way.sigmas().length - 1));
    clip = Clip.range(config);
  }

  private static SchedulerConfig defaults(SchedulerConfig config) {
    return config.withDefault("beta_start", 0.00085).withDefault("beta_end", 0.012);
  }

  /** Repeats the values from the second on, and none from {@code end} on. */
  private static float[] twice(float[] values, int end) {
    float[] longer = new float[values.length + end - 1];
    for (int i = 0; i < longer.length; i++) {
      longer[i] = values[i < 2 * end - 1 ? (i + 1) / 2 : end];
    }
    return longer;
  }

  @Override
  public int order() {
    return 2;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    float sigma = sigmas[index];
    float[] original = clip.apply(prediction.original(modelOutput, sample, sigma));
    float[] slope = slope(sample, original, sigma);
    if (begun == null) {
      begun = sample;
      slopeThere = slope;
      return Timesteps.mixed(sample, 1, slope, sigmas[index + 1] - sigma);
    }
    float[] mean = Timesteps.mixed(slopeThere, 0.5, slope, 0.5);
    float[] after = Timesteps.mixed(begun, 1, mean, sigma - sigmas[index - 1]);
    begun = null;
    return after;
  }
}
