package dev.triptych.host.plan;

/**
 * A color in Oklab, where distance is difference to the eye. Björn Ottosson, 2020.
 *
 * @param l lightness from 0 to 1
 * @param a green to red
 * @param b blue to yellow
 */
record Oklab(double l, double a, double b) {

  /** Returns a color from 0xRRGGBB. */
  static Oklab of(int rgb) {
    double red = linear(rgb >> 16 & 255);
    double green = linear(rgb >> 8 & 255);
    double blue = linear(rgb & 255);
    double l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return new Oklab(
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
  }

  /** Returns this color as {@code #rrggbb}, its chroma lowered until the screen can show it. */
  String hex() {
    Oklab shown = this;
    for (int i = 0; i < 40 && !shown.fits(); i++) {
      shown = shown.withChroma(0.95);
    }
    double[] rgb = shown.rgb();
    return String.format("#%02x%02x%02x", code(rgb[0]), code(rgb[1]), code(rgb[2]));
  }

  /** Returns this color with its chroma multiplied. */
  Oklab withChroma(double factor) {
    return new Oklab(l, a * factor, b * factor);
  }

  /** Returns this color lighter by the amount, within what is visible. */
  Oklab lighter(double amount) {
    return new Oklab(Math.max(0.12, Math.min(0.97, l + amount)), a, b);
  }

  /** Returns this color moved towards another one, by a part of the way. */
  Oklab towards(Oklab other, double part) {
    return new Oklab(l + (other.l - l) * part, a + (other.a - a) * part, b + (other.b - b) * part);
  }

  double distance(Oklab other) {
    return Math.sqrt(
        Math.pow(l - other.l, 2) + Math.pow(a - other.a, 2) + Math.pow(b - other.b, 2));
  }

  private boolean fits() {
    for (double channel : rgb()) {
      if (channel < -1e-4 || channel > 1 + 1e-4) {
        return false;
      }
    }
    return true;
  }

  private double[] rgb() {
    double x = Math.pow(l + 0.3963377774 * a + 0.2158037573 * b, 3);
    double y = Math.pow(l - 0.1055613458 * a - 0.0638541728 * b, 3);
    double z = Math.pow(l - 0.0894841775 * a - 1.2914855480 * b, 3);
    return new double[] {
      4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
      -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
      -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z
    };
  }

  private static double linear(int code) {
    double x = code / 255.0;
    return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
  }

  private static int code(double linear) {
    double x = Math.max(0, Math.min(1, linear));
    double encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * Math.pow(x, 1 / 2.4) - 0.055;
    return (int) Math.round(encoded * 255);
  }
}
