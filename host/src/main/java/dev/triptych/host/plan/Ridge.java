package dev.triptych.host.plan;

import java.util.Arrays;

/**
 * Ridge regression: linear maps from a vector to several numbers, fitted to weighted examples.
 *
 * <p>Solves (XᵀWX + λI) B = XᵀWY on centred data by Cholesky; Hoerl and Kennard, 1970.
 */
final class Ridge {
  private Ridge() {}

  /**
   * Fits the maps.
   *
   * @param x examples, (N, D)
   * @param y what each should give, (N, K)
   * @param weight how much each counts, (N)
   * @param lambda strength of the pull to 0, above 0
   * @return (D + 1, K), row-major: the coefficients, then the constants
   */
  static float[] fit(float[][] x, double[][] y, double[] weight, double lambda) {
    int n = x.length;
    int d = x[0].length;
    int k = y[0].length;
    double[] meanX = new double[d];
    double[] meanY = new double[k];
    double all = Arrays.stream(weight).sum();
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < d; i++) {
        meanX[i] += weight[row] / all * x[row][i];
      }
      for (int j = 0; j < k; j++) {
        meanY[j] += weight[row] / all * y[row][j];
      }
    }
    double[][] gram = new double[d][d];
    double[][] target = new double[d][k];
    double[] centred = new double[d];
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < d; i++) {
        centred[i] = x[row][i] - meanX[i];
      }
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          gram[i][j] += weight[row] * centred[i] * centred[j];
        }
        for (int j = 0; j < k; j++) {
          target[i][j] += weight[row] * centred[i] * (y[row][j] - meanY[j]);
        }
      }
    }
    for (int i = 0; i < d; i++) {
      gram[i][i] += lambda;
    }
    factor(gram);
    float[] map = new float[(d + 1) * k];
    for (int j = 0; j < k; j++) {
      double[] column = solve(gram, target, j);
      double constant = meanY[j];
      for (int i = 0; i < d; i++) {
        map[i * k + j] = (float) column[i];
        constant -= column[i] * meanX[i];
      }
      map[d * k + j] = (float) constant;
    }
    return map;
  }

  /** Applies maps that {@link #fit} made to one vector. */
  static double[] apply(float[] map, float[] x) {
    int k = map.length / (x.length + 1);
    double[] y = new double[k];
    for (int j = 0; j < k; j++) {
      y[j] = map[x.length * k + j];
      for (int i = 0; i < x.length; i++) {
        y[j] += map[i * k + j] * (double) x[i];
      }
    }
    return y;
  }

  /** Replaces the lower triangle of a positive definite matrix by its Cholesky factor. */
  private static void factor(double[][] a) {
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int m = 0; m < j; m++) {
          sum -= a[i][m] * a[j][m];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
    }
  }

  private static double[] solve(double[][] factor, double[][] target, int column) {
    int d = factor.length;
    double[] z = new double[d];
    for (int i = 0; i < d; i++) {
      double sum = target[i][column];
      for (int m = 0; m < i; m++) {
        sum -= factor[i][m] * z[m];
      }
      z[i] = sum / factor[i][i];
    }
    for (int i = d - 1; i >= 0; i--) {
      double sum = z[i];
      for (int m = i + 1; m < d; m++) {
        sum -= factor[m][i] * z[m];
      }
      z[i] = sum / factor[i][i];
    }
    return z;
  }
}
