package dev.triptych.training.picture;

import dev.triptych.training.diffusion.ImageSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Pictures as the VAE learns them; beyond their number they begin anew, mirrored. */
final class PictureImages implements ImageSource {
  private static final int SIZE = 128;
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
    return planes(HELD_OUT + index % learned, index / learned % 2 == 1);
  }

  @Override
  public int heldOut() {
    return Math.min(HELD_OUT, pictures.count());
  }

  @Override
  public float[] heldOut(int index) {
    return planes(index, false);
  }

  private float[] planes(long index, boolean mirrored) {
    BufferedImage picture;
    try {
      picture = pictures.picture(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    float[] planes = new float[3 * SIZE * SIZE];
    Pictures.planes(picture, planes, 0);
    for (int row = 0; mirrored && row < 3 * SIZE; row++) {
      for (int x = 0; x < SIZE / 2; x++) {
        float left = planes[row * SIZE + x];
        planes[row * SIZE + x] = planes[row * SIZE + SIZE - 1 - x];
        planes[row * SIZE + SIZE - 1 - x] = left;
      }
    }
    return planes;
  }
}
