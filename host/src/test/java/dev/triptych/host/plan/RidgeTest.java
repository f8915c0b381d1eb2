package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RidgeTest {

  @Test
  void findsTheMapThatMadeTheNumbers() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    float[][] x = new float[40][3];
    double[][] y = new double[40][];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < 3; j++) {
        x[i][j] = (float) random.nextGaussian();
      }
      y[i] = new double[] {2 * x[i][0] - x[i][2] + 5, -3 * x[i][1]};
    }
    double[] equal = new double[x.length];
    Arrays.fill(equal, 1);
    double[] exact = Ridge.apply(Ridge.fit(x, y, equal, 1e-9), new float[] {1, 2, 3});
    assertEquals(4, exact[0], 1e-4);
    assertEquals(-6, exact[1], 1e-4);
    double[] pulled = Ridge.apply(Ridge.fit(x, y, equal, 1e6), new float[] {1, 2, 3});
    assertTrue(Math.abs(pulled[1]) < 1, "a strong pull leaves the mean");
  }

  @Test
  void weighsAnExampleAsIfItStoodThereTwice() {
    float[][] twice = {{1, 0}, {0, 1}, {1, 1}, {1, 1}};
    double[][] y = {{1}, {2}, {4}, {4}};
    float[] repeated = Ridge.fit(twice, y, new double[] {1, 1, 1, 1}, 0.1);
    float[] weighted =
        Ridge.fit(Arrays.copyOf(twice, 3), Arrays.copyOf(y, 3), new double[] {1, 1, 2}, 0.1);
    assertArrayEquals(repeated, weighted, 1e-6f);
  }
}
