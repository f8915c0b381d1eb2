package dev.triptych.models.language;

import java.util.Arrays;

/** What a program returns for several rows at once. */
final class Logits {

  private Logits() {}

  /** Cuts numbers of rows that stand one after another; those of one row are not copied. */
  static float[][] rows(float[] all, int count) {
    if (count == 1) {
      return new float[][] {all};
    }
    int width = all.length / count;
    float[][] rows = new float[count][];
    Arrays.setAll(rows, row -> Arrays.copyOfRange(all, row * width, (row + 1) * width));
    return rows;
  }
}
