package dev.triptych.training.picture;

import java.awt.Color;
import java.util.SplittableRandom;

/** Arithmetic on colors, each an int {@code 0xrrggbb}. */
final class Pigment {
  private Pigment() {}

  /** Returns the color {@code t} of the way from {@code a} to {@code b}. */
  static int mix(int a, int b, double t) {
    int out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int x = a >> shift & 255;
      int y = b >> shift & 255;
      out |= clamp(x + (y - x) * t) << shift;
    }
    return out;
  }

  /** Returns the color with each channel multiplied by the light's channel over 255. */
  static int lit(int color, int light) {
    int out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      out |= (color >> shift & 255) * (light >> shift & 255) / 255 << shift;
    }
    return out;
  }

  /** Returns a color near the one given. */
  static int near(int color, int spread, SplittableRandom random) {
    int common = random.nextInt(-spread, spread + 1);
    int out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      out |=
          clamp((color >> shift & 255) + common + random.nextInt(-spread / 2, spread / 2 + 1))
              << shift;
    }
    return out;
  }

  /** Returns one of the colors, varied a little. */
  static int oneOf(SplittableRandom random, int... colors) {
    return near(colors[random.nextInt(colors.length)], 12, random);
  }

  static Color of(int color) {
    return new Color(color);
  }

  static Color of(int color, double alpha) {
    return new Color(color >> 16 & 255, color >> 8 & 255, color & 255, clamp(alpha * 255));
  }

  /** Returns the brightness by Rec. 601, 0…255. */
  static int luma(int color) {
    return ((color >> 16 & 255) * 299 + (color >> 8 & 255) * 587 + (color & 255) * 114) / 1000;
  }

  static int clamp(double value) {
    return value < 0 ? 0 : value > 255 ? 255 : (int) (value + .5);
  }
}
