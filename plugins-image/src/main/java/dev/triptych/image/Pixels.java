package dev.triptych.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.Arrays;

/** Brings the pixels of a decoded image to sRGB numbers. */
final class Pixels {
  private Pixels() {}

  /**
   * Reads an image. Gray without a profile is taken as sRGB's gray, as all viewers do and Java's
   * own conversion does not.
   */
  static Raster read(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    ColorSpace space = colors.getColorSpace();
    boolean plain = space.isCS_sRGB() || space.equals(ColorSpace.getInstance(ColorSpace.CS_GRAY));
    boolean whole = image.getRaster().getTransferType() <= DataBuffer.TYPE_INT;
    if (!plain) {
      return ofWords(converted(image));
    }
    if (colors instanceof IndexColorModel || !whole || colors.isAlphaPremultiplied()) {
      return ofWords(image);
    }
    return ofSamples(image);
  }

  private static BufferedImage converted(BufferedImage image) {
    BufferedImage to =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            image.getColorModel().hasAlpha()
                ? BufferedImage.TYPE_INT_ARGB
                : BufferedImage.TYPE_INT_RGB);
    return new ColorConvertOp(null).filter(image, to);
  }

  private static Raster ofWords(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    float[] planes = new float[3 * width * height];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        float alpha = (row[x] >>> 24) / 255f;
        for (int c = 0; c < 3; c++) {
          float value = (row[x] >> 16 - 8 * c & 255) / 255f;
          planes[(c * height + y) * width + x] = onWhite(value, alpha);
        }
      }
    }
    return new Raster(width, height, planes);
  }

  /** Sample by sample, so that 16 bits a color are kept. */
  private static Raster ofSamples(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    ColorModel colors = image.getColorModel();
    int shades = colors.getNumColorComponents();
    float[] planes = new float[3 * width * height];
    float[] row = new float[width];
    float[] alpha = new float[width];
    Arrays.fill(alpha, 1);
    for (int y = 0; y < height; y++) {
      if (colors.hasAlpha()) {
        samples(image, shades, y, alpha);
      }
      for (int c = 0; c < 3; c++) {
        samples(image, shades == 1 ? 0 : c, y, row);
        for (int x = 0; x < width; x++) {
          planes[(c * height + y) * width + x] = onWhite(row[x], alpha[x]);
        }
      }
    }
    return new Raster(width, height, planes);
  }

  private static void samples(BufferedImage image, int band, int y, float[] into) {
    image.getRaster().getSamples(0, y, into.length, 1, band, into);
    float most = (1L << image.getColorModel().getComponentSize(band)) - 1;
    for (int x = 0; x < into.length; x++) {
      into[x] /= most;
    }
  }

  private static float onWhite(float value, float alpha) {
    return alpha == 1 ? value : value * alpha + 1 - alpha;
  }
}
