package dev.triptych.training.diffusion;

import java.util.SplittableRandom;

/** Normal numbers from a seeded generator, by the polar method of Marsaglia and Bray (1964). */
final class Noise {

  private Noise() {}

  static float[] normal(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i += 2) {
      double x;
      double y;
      double square;
      do {
        x = 2 * random.nextDouble() - 1;
        y = 2 * random.nextDouble() - 1;
        square = x * x + y * y;
      } while (square >= 1 || square == 0);
      double factor = Math.sqrt(-2 * Math.log(square) / square);
      numbers[i] = (float) (x * factor);
      if (i + 1 < count) {
        numbers[i + 1] = (float) (y * factor);
      }
    }
    return numbers;
  }
}
