package dev.triptych.training.picture;

import dev.triptych.training.diffusion.ImageSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;

/**
 * Squares of 64 by 64 pixels out of pictures, as the VAE learns them: it works alike at every size,
 * and four times as many steps fit into the time. Every other square is mirrored.
 */
final class PictureImages implements ImageSource {
  private static final int WHOLE = 128;
  private static final int SIZE = 64;
  private static final int HELD_OUT = 32;

  private final Pictures pictures;

  PictureImages(Pictures pictures) {
    this.pictures = pictures;
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public float[] image(long index) {
    int learned = Math.max(1, pictures.count() - HELD_OUT);
    SplittableRandom random = new SplittableRandom(index);
    int x = random.nextInt(WHOLE - SIZE + 1);
    int y = random.nextInt(WHOLE - SIZE + 1);
    return square(HELD_OUT + index % learned, x, y, random.nextBoolean());
  }

  @Override
  public int heldOut() {
    return Math.min(HELD_OUT, pictures.count());
  }

  @Override
  public float[] heldOut(int index) {
    return square(index, 32, 56, false); // where subjects stand
  }

  private float[] square(long index, int left, int top, boolean mirrored) {
    BufferedImage picture;
    try {
      picture = pictures.picture(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    float[] whole = new float[3 * WHOLE * WHOLE];
    Pictures.planes(picture, whole, 0);
    float[] square = new float[3 * SIZE * SIZE];
    for (int i = 0; i < square.length; i++) {
      int c = i / (SIZE * SIZE);
      int y = i / SIZE % SIZE;
      int x = mirrored ? SIZE - 1 - i % SIZE : i % SIZE;
      square[i] = whole[(c * WHOLE + top + y) * WHOLE + left + x];
    }
    return square;
  }
}
