package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Style;
import java.util.SplittableRandom;

/**
 * Gives a drawn scene a manner by procedure: oil, watercolor, ink, pixels, flat, photo, pencil.
 *
 * <p>Pixels are ints {@code 0xrrggbb}, row by row, of a square picture.
 */
final class Finish {
  private Finish() {}

  static void apply(int[] rgb, int size, Style style, SplittableRandom random) {
    switch (style) {
      case ILLUSTRATION -> {}
      case PAINTING -> oil(rgb, size, random);
      case WATERCOLOR -> watercolor(rgb, size, random);
      case INK -> ink(rgb, size, random);
      case PIXEL -> pixel(rgb, size);
      case FLAT -> posterise(rgb, 7, 1.25);
      case PHOTO -> photo(rgb, size);
      case PENCIL -> pencil(rgb, size, random);
    }
  }

  /** Blurs with a box of {@code 2 radius + 1} pixels, along rows and then columns. */
  static void blur(int[] rgb, int size, int radius) {
    int[] out = new int[rgb.length];
    for (int pass = 0; pass < 2; pass++) {
      int step = pass == 0 ? 1 : size;
      int line = pass == 0 ? size : 1;
      for (int j = 0; j < size; j++) {
        int r = 0;
        int g = 0;
        int b = 0;
        for (int k = -radius; k <= radius; k++) {
          int color = rgb[j * line + Math.max(0, k) * step];
          r += color >> 16 & 255;
          g += color >> 8 & 255;
          b += color & 255;
        }
        int n = 2 * radius + 1;
        for (int i = 0; i < size; i++) {
          out[j * line + i * step] = r / n << 16 | g / n << 8 | b / n;
          int in = rgb[j * line + Math.min(size - 1, i + radius + 1) * step];
          int gone = rgb[j * line + Math.max(0, i - radius) * step];
          r += (in >> 16 & 255) - (gone >> 16 & 255);
          g += (in >> 8 & 255) - (gone >> 8 & 255);
          b += (in & 255) - (gone & 255);
        }
      }
      System.arraycopy(out, 0, rgb, 0, rgb.length);
    }
  }

  /** Kuwahara's filter: each pixel takes the mean of its calmest quarter, as brush strokes do. */
  private static void oil(int[] rgb, int size, SplittableRandom random) {
    int radius = 3;
    int stride = size + 1;
    long[] r = new long[stride * stride];
    long[] g = new long[stride * stride];
    long[] b = new long[stride * stride];
    long[] squares = new long[stride * stride];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int color = rgb[y * size + x];
        int at = (y + 1) * stride + x + 1;
        int luma = Pigment.luma(color);
        r[at] = (color >> 16 & 255) + r[at - 1] + r[at - stride] - r[at - stride - 1];
        g[at] = (color >> 8 & 255) + g[at - 1] + g[at - stride] - g[at - stride - 1];
        b[at] = (color & 255) + b[at - 1] + b[at - stride] - b[at - stride - 1];
        squares[at] =
            (long) luma * luma + squares[at - 1] + squares[at - stride] - squares[at - stride - 1];
      }
    }
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double calmest = Double.MAX_VALUE;
        int best = 0;
        for (int quarter = 0; quarter < 4; quarter++) {
          int x0 = Math.max(0, quarter % 2 == 0 ? x - radius : x);
          int x1 = Math.min(size, (quarter % 2 == 0 ? x : x + radius) + 1);
          int y0 = Math.max(0, quarter < 2 ? y - radius : y);
          int y1 = Math.min(size, (quarter < 2 ? y : y + radius) + 1);
          double n = (x1 - x0) * (y1 - y0);
          double red = box(r, stride, x0, y0, x1, y1) / n;
          double green = box(g, stride, x0, y0, x1, y1) / n;
          double blue = box(b, stride, x0, y0, x1, y1) / n;
          double luma = .299 * red + .587 * green + .114 * blue;
          double variance = box(squares, stride, x0, y0, x1, y1) / n - luma * luma;
          if (variance < calmest) {
            calmest = variance;
            best = Pigment.clamp(red) << 16 | Pigment.clamp(green) << 8 | Pigment.clamp(blue);
          }
        }
        rgb[y * size + x] = best;
      }
    }
    double phase = random.nextDouble() * 9;
    for (int i = 0; i < rgb.length; i++) { // the weave of the canvas
      double weave = 1 + .015 * Math.sin((i % size) * 1.6 + phase) * Math.sin((i / size) * 1.6);
      rgb[i] = scaled(rgb[i], weave, 1.12);
    }
  }

  private static double box(long[] sums, int stride, int x0, int y0, int x1, int y1) {
    return sums[y1 * stride + x1]
        - sums[y0 * stride + x1]
        - sums[y1 * stride + x0]
        + sums[y0 * stride + x0];
  }

  private static void watercolor(int[] rgb, int size, SplittableRandom random) {
    double[] wet = noise(size, 16, random);
    double[] flow = noise(size, 16, random);
    int[] from = rgb.clone();
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int i = y * size + x;
        int sx = Math.max(0, Math.min(size - 1, x + (int) Math.round((wet[i] - .5) * 7)));
        int sy = Math.max(0, Math.min(size - 1, y + (int) Math.round((flow[i] - .5) * 7)));
        rgb[i] = from[sy * size + sx];
      }
    }
    blur(rgb, size, 1);
    double[] wash = noise(size, 40, random);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int i = y * size + x;
        double edge =
            Math.min(Math.min(x, size - 1 - x), Math.min(y, size - 1 - y)) / 9.0
                + wet[i] * 1.2
                - .8;
        double paper = .22 + .3 * (wash[i] - .3);
        if (edge < 1) {
          paper = Math.max(paper, 1 - Math.max(0, edge));
        }
        rgb[i] = Pigment.mix(scaled(rgb[i], 1.04, 1.15), 0xFBF8F0, Math.max(0, Math.min(1, paper)));
      }
    }
  }

  /** Ink wash: light and dark only, bled along the paper, on warm white. */
  private static void ink(int[] rgb, int size, SplittableRandom random) {
    double[] bleed = noise(size, 24, random);
    int[] soft = rgb.clone();
    blur(soft, size, 2);
    double[] range = range(rgb);
    for (int i = 0; i < rgb.length; i++) {
      double luma = .6 * Pigment.luma(rgb[i]) + .4 * Pigment.luma(soft[i]);
      double tone = (luma - range[0]) / (range[1] - range[0]);
      tone = Math.pow(Math.max(0, Math.min(1, tone)), .7) + (bleed[i] - .5) * .14;
      rgb[i] = Pigment.mix(0x1C1E22, 0xF4EEE0, Math.max(0, Math.min(1, tone)));
    }
  }

  /** Returns the brightness that a twentieth of the pixels fall below, and exceed, 0…255. */
  private static double[] range(int[] rgb) {
    int[] many = new int[256];
    for (int color : rgb) {
      many[Pigment.luma(color)]++;
    }
    int low = 0;
    for (int seen = many[0]; seen < rgb.length / 20; seen += many[low]) {
      low++;
    }
    int high = 255;
    for (int seen = many[255]; seen < rgb.length / 10; seen += many[high]) {
      high--;
    }
    return new double[] {low, Math.max(low + 40, high)};
  }

  private static void pixel(int[] rgb, int size) {
    int block = 4;
    for (int y = 0; y < size; y += block) {
      for (int x = 0; x < size; x += block) {
        int r = 0;
        int g = 0;
        int b = 0;
        for (int k = 0; k < block * block; k++) {
          int color = rgb[(y + k / block) * size + x + k % block];
          r += color >> 16 & 255;
          g += color >> 8 & 255;
          b += color & 255;
        }
        int n = block * block;
        int color = scaled(r / n << 16 | g / n << 8 | b / n, 1, 1.2);
        color =
            step(color >> 16 & 255, 8) << 16
                | step(color >> 8 & 255, 8) << 8
                | step(color & 255, 8);
        for (int k = 0; k < n; k++) {
          rgb[(y + k / block) * size + x + k % block] = color;
        }
      }
    }
  }

  private static void posterise(int[] rgb, int levels, double saturation) {
    for (int i = 0; i < rgb.length; i++) {
      int color = scaled(rgb[i], 1.03, saturation);
      rgb[i] =
          step(color >> 16 & 255, levels) << 16
              | step(color >> 8 & 255, levels) << 8
              | step(color & 255, levels);
    }
  }

  private static int step(int channel, int levels) {
    return Pigment.clamp(Math.round(channel / 255.0 * (levels - 1)) * 255.0 / (levels - 1));
  }

  private static void photo(int[] rgb, int size) {
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double dx = (x - size / 2.0) / size;
        double dy = (y - size / 2.0) / size;
        double light = 1.08 - .75 * (dx * dx + dy * dy);
        int color = scaled(rgb[y * size + x], light, .9);
        int r = contrast(color >> 16 & 255);
        int g = contrast(color >> 8 & 255);
        int b = contrast(color & 255);
        rgb[y * size + x] = r << 16 | g << 8 | b;
      }
    }
  }

  private static int contrast(int channel) {
    double t = channel / 255.0;
    return Pigment.clamp(255 * (t + .6 * t * (1 - t) * (t - .5) * 2));
  }

  private static void pencil(int[] rgb, int size, SplittableRandom random) {
    int[] gray = new int[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      gray[i] = Pigment.luma(rgb[i]);
    }
    double[] range = range(rgb);
    for (int i = 0; i < gray.length; i++) {
      gray[i] = Pigment.clamp(40 + 215 * (gray[i] - range[0]) / (range[1] - range[0]));
    }
    double lean = .7 + .3 * random.nextDouble();
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int i = y * size + x;
        int right = gray[y * size + Math.min(size - 1, x + 1)];
        int below = gray[Math.min(size - 1, y + 1) * size + x];
        double edge = Math.min(1, (Math.abs(gray[i] - right) + Math.abs(gray[i] - below)) / 70.0);
        double hatch = .5 + .5 * Math.sin((x + y * lean) * 1.25);
        double dark = (255 - gray[i]) / 255.0;
        double tone = 1 - .8 * edge - dark * (.15 + .3 * hatch);
        int paper = Pigment.mix(0xFAF8F2, rgb[i], .18);
        rgb[i] = Pigment.mix(0x3A3A40, paper, Math.max(0, Math.min(1, tone)));
      }
    }
  }

  private static int scaled(int color, double light, double saturation) {
    int luma = Pigment.luma(color);
    int out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      out |= Pigment.clamp((luma + ((color >> shift & 255) - luma) * saturation) * light) << shift;
    }
    return out;
  }

  /** Returns smooth noise in 0…1 with features of about {@code cell} pixels. */
  private static double[] noise(int size, int cell, SplittableRandom random) {
    int grid = size / cell + 2;
    double[] knots = random.doubles((long) grid * grid).toArray();
    double[] out = new double[size * size];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double fx = x / (double) cell;
        double fy = y / (double) cell;
        int ix = (int) fx;
        int iy = (int) fy;
        double tx = fx - ix;
        double ty = fy - iy;
        tx = tx * tx * (3 - 2 * tx);
        ty = ty * ty * (3 - 2 * ty);
        double a = knots[iy * grid + ix] + (knots[iy * grid + ix + 1] - knots[iy * grid + ix]) * tx;
        double b =
            knots[(iy + 1) * grid + ix]
                + (knots[(iy + 1) * grid + ix + 1] - knots[(iy + 1) * grid + ix]) * tx;
        out[y * size + x] = a + (b - a) * ty;
      }
    }
    return out;
  }
}
