package dev.triptych.training.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private static final int WIDTH = 12;
  private static final int ROWS = 5;

  @Test
  void numbersThatComeOutAreAlikeAndUncorrelated() {
    SplittableRandom random = new SplittableRandom(4);
    float[][] states = new float[400][WIDTH];
    for (float[] state : states) {
      double shared = random.nextDouble();
      for (int i = 0; i < WIDTH; i++) {
        state[i] = (float) (5 + shared * i + (i + 1) * .1 * (random.nextDouble() - .5));
      }
    }
    Whitening whitening = new Whitening(WIDTH);
    whitening.add(states);
    float[] matrix = whitening.matrix(ROWS);
    double[][] moments = new double[ROWS][ROWS];
    for (float[] state : states) {
      double[] out = new double[ROWS];
      for (int r = 0; r < ROWS; r++) {
        for (int i = 0; i < WIDTH; i++) {
          out[r] += matrix[r * WIDTH + i] * state[i];
        }
      }
      for (int r = 0; r < ROWS; r++) {
        for (int q = 0; q < ROWS; q++) {
          moments[r][q] += out[r] * out[q] / states.length;
        }
      }
    }
    for (int r = 0; r < ROWS; r++) {
      for (int q = 0; q < ROWS; q++) {
        assertEquals(r == q ? 1 : 0, moments[r][q], 1e-3, r + ", " + q);
      }
    }
  }

  @Test
  void aDirectionThatNeverOccursStaysZero() {
    Whitening whitening = new Whitening(3);
    whitening.add(new float[][] {{2, 0, 0}, {0, 3, 0}});
    float[] matrix = whitening.matrix(4);
    for (int i = 6; i < 12; i++) {
      assertEquals(0, matrix[i]);
    }
    assertEquals(Math.sqrt(2) / 3, Math.abs(matrix[1]), 1e-6); // the mean square of 0 and 3 is 9/2
  }
}
