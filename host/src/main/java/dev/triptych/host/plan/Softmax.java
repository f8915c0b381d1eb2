package dev.triptych.host.plan;

import java.util.Arrays;

/**
 * Multinomial logistic regression: the log-odds of several classes from a vector.
 *
 * <p>Minimises the cross-entropy summed over the examples plus λ‖W‖²/2, on centred data, by
 * Nesterov's accelerated gradient with a step from the Lipschitz bound (Böhning, 1992); always the
 * same number of steps in the same order, so that the same examples give the same bits.
 */
final class Softmax {
  private static final int STEPS = 250;

  private Softmax() {}

  /**
   * Fits the map.
   *
   * @param x examples, (N, D)
   * @param label the class of each, below {@code classes}
   * @param lambda strength of the pull to 0, above 0
   * @return (D + 1, classes), row-major: the coefficients, then the constants, as for {@link
   *     Ridge#apply}
   */
  static float[] fit(float[][] x, int[] label, int classes, double lambda) {
    int n = x.length;
    int d = x[0].length;
    double[] mean = new double[d];
    for (float[] row : x) {
      for (int i = 0; i < d; i++) {
        mean[i] += row[i] / (double) n;
      }
    }
    double[][] features = new double[d + 1][n]; // one row a feature, so that the inner loops run on
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < d; i++) {
        features[i][row] = x[row][i] - mean[i];
      }
      features[d][row] = 1;
    }
    double rate = 1 / (0.5 * largestEigenvalue(features) + lambda);
    double[][] w = new double[d + 1][classes];
    double[][] ahead = new double[d + 1][classes];
    double momentum = 1;
    for (int step = 0; step < STEPS; step++) {
      double[][] error = errors(features, ahead, label, classes);
      double next = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      double pull = (momentum - 1) / next;
      momentum = next;
      for (int i = 0; i <= d; i++) {
        for (int k = 0; k < classes; k++) {
          double gradient = dot(features[i], error[k]) + (i < d ? lambda * ahead[i][k] : 0);
          double moved = ahead[i][k] - rate * gradient;
          ahead[i][k] = moved + pull * (moved - w[i][k]);
          w[i][k] = moved;
        }
      }
    }
    float[] map = new float[(d + 1) * classes];
    for (int k = 0; k < classes; k++) {
      double constant = w[d][k];
      for (int i = 0; i < d; i++) {
        map[i * classes + k] = (float) w[i][k];
        constant -= w[i][k] * mean[i];
      }
      map[d * classes + k] = (float) constant;
    }
    return map;
  }

  /** Returns probability less truth, (classes, N). */
  private static double[][] errors(double[][] features, double[][] w, int[] label, int classes) {
    int n = label.length;
    double[][] out = new double[classes][n];
    for (int k = 0; k < classes; k++) {
      for (int i = 0; i < features.length; i++) {
        double weight = w[i][k];
        double[] feature = features[i];
        for (int row = 0; row < n; row++) {
          out[k][row] += weight * feature[row];
        }
      }
    }
    double[] odds = new double[classes];
    for (int row = 0; row < n; row++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        most = Math.max(most, out[k][row]);
      }
      for (int k = 0; k < classes; k++) {
        odds[k] = StrictMath.exp(out[k][row] - most);
      }
      double sum = Arrays.stream(odds).sum();
      for (int k = 0; k < classes; k++) {
        out[k][row] = odds[k] / sum - (label[row] == k ? 1 : 0);
      }
    }
    return out;
  }

  /** Returns the largest eigenvalue of XᵀX, from above, by the power method. */
  private static double largestEigenvalue(double[][] features) {
    int n = features[0].length;
    double[] v = new double[n];
    for (int row = 0; row < n; row++) {
      v[row] = 1 + row % 7 / 7.0;
    }
    double value = 0;
    for (int round = 0; round < 30; round++) {
      double norm = Math.sqrt(dot(v, v));
      double[] next = new double[n];
      for (double[] feature : features) {
        double along = dot(feature, v) / norm;
        for (int row = 0; row < n; row++) {
          next[row] += along * feature[row];
        }
      }
      value = Math.sqrt(dot(next, next));
      v = next;
    }
    return 1.05 * value;
  }

  private static double dot(double[] a, double[] b) {
    double s0 = 0; // four sums at once: additions need not wait for each other
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
