package dev.triptych.image;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A picture as numbers: red, green and blue planes, row by row, 0 black to 1 full.
 *
 * @param planes (3, height, width)
 */
record Raster(int width, int height, float[] planes) {
  private static final int TAPS = 3;

  /** Returns the picture that a decoder gave, (3, H, W) in −1…1. */
  static Raster decoded(float[] image, int width, int height) {
    float[] planes = new float[3 * width * height];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = Math.max(0, Math.min(1, image[i] * .5f + .5f));
    }
    return new Raster(width, height, planes);
  }

  /** Returns the pixels of an image in sRGB, laid on white where they are transparent. */
  static Raster of(BufferedImage image) {
    return Pixels.read(image);
  }

  /**
   * Returns the picture turned upright.
   *
   * @param orientation EXIF's: 1 upright, 2 mirrored, 3 upside down, 4 both, 5…8 on its side
   */
  Raster turned(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean side = orientation >= 5;
    int toWidth = side ? height : width;
    int toHeight = side ? width : height;
    boolean fromRight = List.of(2, 3, 7, 8).contains(orientation);
    boolean fromBelow = List.of(3, 4, 6, 7).contains(orientation);
    float[] out = new float[planes.length];
    for (int c = 0, at = 0; c < 3; c++) {
      for (int y = 0; y < toHeight; y++) {
        for (int x = 0; x < toWidth; x++) {
          int fromX = side ? y : x;
          int fromY = side ? x : y;
          fromX = fromRight ? width - 1 - fromX : fromX;
          fromY = fromBelow ? height - 1 - fromY : fromY;
          out[at++] = planes[(c * height + fromY) * width + fromX];
        }
      }
    }
    return new Raster(toWidth, toHeight, out);
  }

  /** Returns the square in the middle. */
  Raster square() {
    int side = Math.min(width, height);
    int left = (width - side) / 2;
    int top = (height - side) / 2;
    float[] out = new float[3 * side * side];
    for (int row = 0; row < 3 * side; row++) {
      int from = (row / side * height + top + row % side) * width + left;
      System.arraycopy(planes, from, out, row * side, side);
    }
    return new Raster(side, side, out);
  }

  /**
   * Returns the picture at another size, by Lanczos' windowed sinc of three lobes, rows then
   * columns, as Pillow's {@code Image.LANCZOS} does; values stay in 0…1.
   */
  Raster resized(int toWidth, int toHeight) {
    if (toWidth == width && toHeight == height) {
      return this;
    }
    Kernel across = Kernel.lanczos(width, toWidth);
    Kernel down = Kernel.lanczos(height, toHeight);
    float[] out = new float[3 * toWidth * toHeight];
    float[] rows = new float[toWidth * height];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < toWidth; x++) {
          rows[y * toWidth + x] = across.at(planes, (c * height + y) * width, 1, x);
        }
      }
      for (int y = 0; y < toHeight; y++) {
        for (int x = 0; x < toWidth; x++) {
          float value = down.at(rows, x, toWidth, y);
          out[(c * toHeight + y) * toWidth + x] = Math.max(0, Math.min(1, value));
        }
      }
    }
    return new Raster(toWidth, toHeight, out);
  }

  /** Returns the bytes of a PNG: the same picture, the same bytes. */
  byte[] png() {
    return PictureFormat.PNG.bytes(this);
  }

  /** Returns the picture with eight bits a color. */
  BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int area = width * height;
    for (int i = 0; i < area; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | Math.round(planes[c * area + i] * 255);
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }

  /** Returns the picture as encoders take it, (3, H, W) in −1…1, of eight bits a color. */
  float[] encoded() {
    float[] values = new float[planes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * (Math.round(planes[i] * 255) / 255f) - 1;
    }
    return values;
  }

  /**
   * The weights of each output sample: {@code weights[i]} begin at input sample {@code first[i]}.
   */
  private record Kernel(int[] first, float[][] weights) {

    static Kernel lanczos(int from, int to) {
      double scale = (double) from / to;
      double wide = Math.max(1, scale); // shrinking widens the kernel, against aliases
      int[] first = new int[to];
      float[][] weights = new float[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + .5) * scale;
        int low = Math.max(0, (int) (centre - TAPS * wide + .5));
        int high = Math.min(from, (int) (centre + TAPS * wide + .5));
        double[] w = new double[high - low];
        double sum = 0;
        for (int k = low; k < high; k++) {
          w[k - low] = window((k + .5 - centre) / wide);
          sum += w[k - low];
        }
        first[i] = low;
        weights[i] = new float[w.length];
        for (int k = 0; k < w.length; k++) {
          weights[i][k] = (float) (w[k] / sum);
        }
      }
      return new Kernel(first, weights);
    }

    private static double window(double x) {
      if (x == 0) {
        return 1;
      }
      double a = Math.PI * x;
      return Math.abs(x) >= TAPS ? 0 : Math.sin(a) / a * Math.sin(a / TAPS) / (a / TAPS);
    }

    float at(float[] samples, int offset, int stride, int i) {
      float sum = 0;
      for (int k = 0; k < weights[i].length; k++) {
        sum += weights[i][k] * samples[offset + (first[i] + k) * stride];
      }
      return sum;
    }
  }
}
