package dev.triptych.models.diffusers.schedulers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The linear multistep method of fourth order (Adams and Bashforth's on uneven steps), as
 * diffusers' {@code LMSDiscreteScheduler}.
 */
final class Lms extends SigmaScheduler {

  private static final int ORDER = 4;
  private static final double GAUSS = 1 / Math.sqrt(3); // two points are exact to the third degree

  private final List<float[]> slopes = new ArrayList<>(); // the newest first

  Lms(SchedulerConfig config, int steps) {
    this(config, SigmaWay.curved(config, steps));
  }

  private Lms(SchedulerConfig config, SigmaWay way) {
    super(config, Prediction.of(config), way.timesteps(), way.sigmas());
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    float sigma = sigmas[index];
    slopes.add(0, slope(sample, prediction.original(modelOutput, sample, sigma), sigma));
    if (slopes.size() > ORDER) {
      slopes.remove(ORDER);
    }
    // A run that begins late knows fewer slopes than the order; diffusers leaves the rest out.
    int order = Math.min(index + 1, ORDER);
    float[] sum = new float[sample.length]; // in single precision, as diffusers sums
    for (int k = 0; k < Math.min(order, slopes.size()); k++) {
      float weight = (float) weight(index, order, k);
      float[] slope = slopes.get(k);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * slope[i];
      }
    }
    return Timesteps.mixed(sample, 1, sum, 1);
  }

  /** The integral over the step of Lagrange's polynomial that is 1 at the slope of k steps ago. */
  private double weight(int index, int order, int k) {
    double middle = (sigmas[index] + sigmas[index + 1]) / 2.0;
    double half = (sigmas[index + 1] - sigmas[index]) / 2.0;
    return half
        * (lagrange(index, order, k, middle - GAUSS * half)
            + lagrange(index, order, k, middle + GAUSS * half));
  }

  private double lagrange(int index, int order, int k, double sigma) {
    double product = 1;
    for (int j = 0; j < order; j++) {
      if (j != k) {
        product *= (sigma - sigmas[index - j]) / (sigmas[index - k] - sigmas[index - j]);
      }
    }
    return product;
  }
}
