package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SoftmaxTest {

  /** Two points of unequal number: the optimum of one weight and one constant is known in form. */
  @Test
  void standsWhereTheGradientIsZero() {
    float[][] x = {{1, 0}, {1, 0}, {0, 1}, {0, 1}, {0, 1}, {1, 0}};
    int[] label = {0, 0, 1, 1, 2, 1};
    double lambda = 0.3;
    float[] map = Softmax.fit(x, label, 3, lambda);
    double[][] gradient = new double[3][3];
    for (int n = 0; n < x.length; n++) {
      double[] odds = Ridge.apply(map, x[n]);
      double sum = Math.exp(odds[0]) + Math.exp(odds[1]) + Math.exp(odds[2]);
      for (int k = 0; k < 3; k++) {
        double error = Math.exp(odds[k]) / sum - (label[n] == k ? 1 : 0);
        gradient[0][k] += error * (x[n][0] - 0.5);
        gradient[1][k] += error * (x[n][1] - 0.5);
        gradient[2][k] += error;
      }
    }
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        double pull = i < 2 ? lambda * map[i * 3 + k] : 0;
        assertEquals(0, gradient[i][k] + pull, 1e-4, "feature " + i + ", class " + k);
      }
    }
    double[] seen = Ridge.apply(map, new float[] {1, 0});
    assertTrue(seen[0] > seen[1] && seen[1] > seen[2]);
  }
}
