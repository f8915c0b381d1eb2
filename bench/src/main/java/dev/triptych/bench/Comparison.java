package dev.triptych.bench;

import java.util.List;

/** The figures by which two sides are compared. */
final class Comparison {

  private Comparison() {}

  /** Returns the middle one in order, or the mean of the two in the middle. */
  static double median(List<Double> seconds) {
    double[] sorted = seconds.stream().mapToDouble(s -> s).sorted().toArray();
    return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
  }

  /** Returns the largest difference of a from b, of the largest number of b. */
  static double difference(float[] a, float[] b) {
    double most = 0;
    double largest = 0;
    for (int i = 0; i < b.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(b[i]));
    }
    return most / largest;
  }
}
