package dev.triptych.training.picture;

/**
 * Which pixels of a picture its subjects cover: those that drawing them changed visibly.
 *
 * <p>The training gives these parts of a picture more weight than its background.
 */
final class Cover {
  private static final int VISIBLE = 40; // of 765, red, green and blue taken together

  private final int[] pixels; // as they are drawn on
  private final boolean[] covered;
  private int[] before;

  Cover(int[] pixels) {
    this.pixels = pixels;
    this.covered = new boolean[pixels.length];
    this.before = pixels;
  }

  /** Notes how the picture looks before subjects are drawn. */
  void begin() {
    before = pixels.clone();
  }

  /** Adds what has changed since. */
  void end() {
    for (int i = 0; i < pixels.length; i++) {
      int a = pixels[i];
      int b = before[i];
      int change =
          Math.abs((a >> 16 & 255) - (b >> 16 & 255))
              + Math.abs((a >> 8 & 255) - (b >> 8 & 255))
              + Math.abs((a & 255) - (b & 255));
      covered[i] |= change > VISIBLE;
    }
  }

  /** Returns the covered share of each cell, 0…255, row by row, of a grid of side by side cells. */
  byte[] cells(int side) {
    int size = (int) Math.sqrt(covered.length);
    int block = size / side;
    byte[] shares = new byte[side * side];
    for (int i = 0; i < shares.length; i++) {
      int many = 0;
      for (int k = 0; k < block * block; k++) {
        int y = i / side * block + k / block;
        int x = i % side * block + k % block;
        many += covered[y * size + x] ? 1 : 0;
      }
      shares[i] = (byte) (255 * many / (block * block));
    }
    return shares;
  }
}
