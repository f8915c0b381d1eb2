package dev.triptych.models.diffusers.schedulers;

import java.util.Arrays;

/**
 * How a predicted original is kept in range: not at all, cut at a fixed value, or cut at a quantile
 * and divided by it (dynamic thresholding: Saharia et al., "Imagen", 2022, section 2.3).
 *
 * @param range the fixed value; infinite where nothing is cut
 * @param quantile which share of the values is kept; 0 without dynamic thresholding
 * @param most the greatest value that the quantile is taken for
 */
record Clip(double range, double quantile, double most) {

  static Clip of(SchedulerConfig config, boolean initially) {
    if (config.flag("thresholding", false)) {
      return dynamic(config);
    }
    if (!config.flag("clip_sample", initially)) {
      return new Clip(Double.POSITIVE_INFINITY, 0, 0);
    }
    return fixed(config);
  }

  /** For schedulers that know {@code clip_sample} alone. */
  static Clip range(SchedulerConfig config) {
    return config.flag("clip_sample", false)
        ? fixed(config)
        : new Clip(Double.POSITIVE_INFINITY, 0, 0);
  }

  /** For schedulers that know {@code thresholding} alone. */
  static Clip threshold(SchedulerConfig config) {
    return config.flag("thresholding", false)
        ? dynamic(config)
        : new Clip(Double.POSITIVE_INFINITY, 0, 0);
  }

  private static Clip fixed(SchedulerConfig config) {
    double range = config.real("clip_sample_range", 1);
    if (range <= 0) {
      throw config.refused("clip_sample_range", Double.toString(range));
    }
    return new Clip(range, 0, 0);
  }

  private static Clip dynamic(SchedulerConfig config) {
    double quantile = config.real("dynamic_thresholding_ratio", 0.995);
    if (quantile <= 0 || quantile > 1) {
      throw config.refused("dynamic_thresholding_ratio", Double.toString(quantile));
    }
    double most = config.real("sample_max_value", 1);
    if (most < 1) {
      throw config.refused("sample_max_value", Double.toString(most));
    }
    return new Clip(Double.POSITIVE_INFINITY, quantile, most);
  }

  /** Returns the original in range: the same array, changed. */
  float[] apply(float[] original) {
    float cut = (float) range;
    float divisor = 1;
    if (quantile > 0 && original.length > 0) {
      cut = (float) Math.max(1, Math.min(most, quantileOf(original)));
      divisor = cut;
    } else if (cut == Float.POSITIVE_INFINITY) {
      return original;
    }
    for (int i = 0; i < original.length; i++) {
      original[i] = Math.max(-cut, Math.min(cut, original[i])) / divisor;
    }
    return original;
  }

  private double quantileOf(float[] values) {
    float[] sorted = new float[values.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Math.abs(values[i]);
    }
    Arrays.sort(sorted);
    double rank = quantile * (sorted.length - 1);
    int below = (int) rank;
    float upper = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (rank - below) * (upper - sorted[below]);
  }
}
