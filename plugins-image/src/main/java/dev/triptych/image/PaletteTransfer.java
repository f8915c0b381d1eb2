package dev.triptych.image;

import java.util.List;

/**
 * Moves a picture's colors gently towards a palette, in Oklab, where equal distances look equal.
 *
 * <p>Each color moves a share of the way towards the palette's colors near it, hue and chroma more
 * than lightness, so that forms stay as they are. Oklab: Björn Ottosson, "A perceptual color space
 * for image processing" (2020).
 */
final class PaletteTransfer {
  /** No color moves further than this, in Oklab. */
  static final double LIMIT = .12;

  private static final double NEAR = .16;

  private PaletteTransfer() {}

  /**
   * Returns the picture with its colors moved.
   *
   * @param palette colors as {@code #rrggbb}; none leaves the picture as it is
   * @param strength 0 leaves the picture as it is, 1 goes as far as colors may move
   */
  static Raster apply(Raster picture, List<String> palette, double strength) {
    if (palette.isEmpty() || strength == 0) {
      return picture;
    }
    double[][] aims = palette.stream().map(PaletteTransfer::parse).toArray(double[][]::new);
    int area = picture.width() * picture.height();
    float[] in = picture.planes();
    float[] out = new float[in.length];
    for (int i = 0; i < area; i++) {
      double[] lab = oklab(in[i], in[area + i], in[2 * area + i]);
      double[] move = move(lab, aims, strength);
      for (int k = 0; k < 3; k++) {
        lab[k] += move[k];
      }
      double[] rgb = rgb(lab);
      for (int c = 0; c < 3; c++) {
        out[c * area + i] = (float) rgb[c];
      }
    }
    return new Raster(picture.width(), picture.height(), out);
  }

  private static double[] move(double[] lab, double[][] aims, double strength) {
    double[] aim = new double[3];
    double sum = 0;
    for (double[] color : aims) {
      double weight = Math.exp(-squared(lab, color) / (2 * NEAR * NEAR));
      sum += weight;
      for (int k = 0; k < 3; k++) {
        aim[k] += weight * color[k];
      }
    }
    double[] move = new double[3];
    if (sum < 1e-9) {
      return move;
    }
    double sure = sum / (sum + .15); // far from every color of the palette: stay
    for (int k = 0; k < 3; k++) {
      move[k] = (aim[k] / sum - lab[k]) * strength * sure * (k == 0 ? .3 : 1);
    }
    double length = Math.sqrt(squared(move, new double[3]));
    double cut = length > LIMIT ? LIMIT / length : 1;
    for (int k = 0; k < 3; k++) {
      move[k] *= cut;
    }
    return move;
  }

  /** Returns the mean distance of a picture's colors to the nearest of the palette, in Oklab. */
  static double distance(Raster picture, List<String> palette) {
    double[][] aims = palette.stream().map(PaletteTransfer::parse).toArray(double[][]::new);
    int area = picture.width() * picture.height();
    float[] in = picture.planes();
    double sum = 0;
    for (int i = 0; i < area; i++) {
      double[] lab = oklab(in[i], in[area + i], in[2 * area + i]);
      double nearest = Double.MAX_VALUE;
      for (double[] color : aims) {
        nearest = Math.min(nearest, squared(lab, color));
      }
      sum += Math.sqrt(nearest);
    }
    return sum / area;
  }

  private static double squared(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return sum;
  }

  private static double[] parse(String color) {
    int rgb = Integer.parseInt(color.substring(1), 16);
    return oklab((rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
  }

  static double[] oklab(double red, double green, double blue) {
    double r = linear(red);
    double g = linear(green);
    double b = linear(blue);
    double l = Math.cbrt(.4122214708 * r + .5363325363 * g + .0514459929 * b);
    double m = Math.cbrt(.2119034982 * r + .6806995451 * g + .1073969566 * b);
    double s = Math.cbrt(.0883024619 * r + .2817188376 * g + .6299787005 * b);
    return new double[] {
      .2104542553 * l + .7936177850 * m - .0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + .4505937099 * s,
      .0259040371 * l + .7827717662 * m - .8086757660 * s
    };
  }

  static double[] rgb(double[] lab) {
    double l = lab[0] + .3963377774 * lab[1] + .2158037573 * lab[2];
    double m = lab[0] - .1055613458 * lab[1] - .0638541728 * lab[2];
    double s = lab[0] - .0894841775 * lab[1] - 1.2914855480 * lab[2];
    l = l * l * l;
    m = m * m * m;
    s = s * s * s;
    return new double[] {
      coded(4.0767416621 * l - 3.3077115913 * m + .2309699292 * s),
      coded(-1.2684380046 * l + 2.6097574011 * m - .3413193965 * s),
      coded(-.0041960863 * l - .7034186147 * m + 1.7076147010 * s)
    };
  }

  private static double linear(double c) {
    return c <= .04045 ? c / 12.92 : Math.pow((c + .055) / 1.055, 2.4);
  }

  private static double coded(double c) {
    double x = Math.max(0, Math.min(1, c));
    return x <= .0031308 ? 12.92 * x : 1.055 * Math.pow(x, 1 / 2.4) - .055;
  }
}
