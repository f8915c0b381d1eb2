package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Time;
import dev.triptych.training.picture.Scene.Weather;
import java.awt.BasicStroke;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.SplittableRandom;

/** Paints skies: gradient, stars, clouds and, over the whole picture, the weather. */
final class Sky {
  private Sky() {}

  static void paint(
      Graphics2D g,
      Scene scene,
      Palette palette,
      int size,
      double horizon,
      SplittableRandom random) {
    g.setPaint(
        new GradientPaint(
            0,
            0,
            Pigment.of(palette.skyTop()),
            0,
            (float) (size * (horizon + .05)),
            Pigment.of(palette.skyLow())));
    g.fillRect(0, 0, size, size);
    boolean clear = scene.weather() == Weather.CLEAR || scene.weather() == Weather.WIND;
    if (scene.time() == Time.NIGHT && clear) {
      stars(g, size, horizon, 25 + random.nextInt(30), random);
    }
    int clouds =
        switch (scene.weather()) {
          case CLEAR -> random.nextInt(3);
          case WIND -> 2 + random.nextInt(3);
          case STORM -> 7;
          case RAIN -> 5;
          default -> random.nextInt(2);
        };
    boolean heavy = scene.weather() == Weather.STORM || scene.weather() == Weather.RAIN;
    int color =
        heavy
            ? Pigment.mix(palette.skyTop(), 0x101418, .35)
            : Pigment.mix(palette.skyLow(), palette.lit(0xFFFFFF), .6);
    for (int i = 0; i < clouds; i++) {
      double x = random.nextDouble() * size;
      double y = size * horizon * (heavy ? .3 : .6) * random.nextDouble();
      cloud(
          g,
          x,
          y,
          size * (heavy ? .3 : .14 + .1 * random.nextDouble()),
          color,
          heavy ? .55 : .75,
          random);
    }
  }

  /** Paints what a subject near by stands before: two colors, or a surface below. */
  static void plain(Graphics2D g, Scene scene, Palette palette, int size) {
    int top = palette.skyTop();
    int low = palette.skyLow();
    switch (scene.place()) {
      case SPACE -> {
        top = 0x0A0A22;
        low = 0x1E1A46;
      }
      case UNDERWATER -> {
        top = Pigment.mix(palette.water(), 0xFFFFFF, .2);
        low = Pigment.mix(palette.water(), 0x06203C, .5);
      }
      case INDOORS -> {
        top = palette.lit(0xEADFCB);
        low = palette.lit(0xD8C6A8);
      }
      default -> {}
    }
    g.setPaint(new GradientPaint(0, 0, Pigment.of(top), 0, size, Pigment.of(low)));
    g.fillRect(0, 0, size, size);
    Subject.Kind kind = scene.cast().get(0).subject().kind();
    boolean afloat = scene.place() == Scene.Place.SPACE || scene.place() == Scene.Place.UNDERWATER;
    switch (afloat ? Subject.Kind.AIR : kind) {
      case SKY, AIR, UNDER, HANG -> {}
      case WATER -> {
        g.setColor(Pigment.of(palette.water()));
        g.fillRect(0, size * 5 / 8, size, size);
      }
      default -> {
        boolean table = scene.place() == Scene.Place.INDOORS;
        g.setColor(Pigment.of(table ? palette.lit(0x9A6A42) : palette.ground()));
        g.fillRect(0, size * 3 / 4, size, size);
      }
    }
  }

  static void stars(Graphics2D g, int size, double horizon, int many, SplittableRandom random) {
    for (int i = 0; i < many; i++) {
      g.setColor(Pigment.of(0xFFFBE8, .5 + .5 * random.nextDouble()));
      double r = 1 + random.nextDouble() * 1.2;
      g.fill(
          new Ellipse2D.Double(
              random.nextDouble() * size, random.nextDouble() * size * horizon, r, r));
    }
  }

  static void cloud(
      Graphics2D g,
      double x,
      double y,
      double width,
      int color,
      double alpha,
      SplittableRandom random) {
    g.setColor(Pigment.of(color, alpha));
    Path2D shape = new Path2D.Double(Path2D.WIND_NON_ZERO);
    for (int i = 0; i < 6; i++) {
      double w = width * (.35 + .3 * random.nextDouble());
      double dx = (i / 5.0 - .5) * width;
      double h = w * .55 * (1 - Math.abs(i / 5.0 - .5));
      shape.append(
          new Ellipse2D.Double(x + dx - w / 2, y - h / 2 - h * .2, w, h + width * .08), false);
    }
    g.fill(shape);
  }

  /** Paints a soft light around a point. */
  static void glow(Graphics2D g, double x, double y, double radius, int color, double alpha) {
    g.setPaint(
        new RadialGradientPaint(
            (float) x,
            (float) y,
            (float) radius,
            new float[] {0, 1},
            new java.awt.Color[] {Pigment.of(color, alpha), Pigment.of(color, 0)}));
    g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  /** Paints what falls, drifts or flashes before everything else. */
  static void weather(
      Graphics2D g, Scene scene, Palette palette, int size, SplittableRandom random) {
    switch (scene.weather()) {
      case RAIN -> rain(g, size, 55, .16, palette, random);
      case STORM -> {
        if (random.nextDouble() < .6) {
          lightning(g, size, random);
        }
        rain(g, size, 80, .4, palette, random);
      }
      case SNOW -> {
        for (int i = 0; i < 70; i++) {
          double r = 1.2 + 2.2 * random.nextDouble();
          g.setColor(Pigment.of(0xFFFFFF, .55 + .4 * random.nextDouble()));
          g.fill(
              new Ellipse2D.Double(random.nextDouble() * size, random.nextDouble() * size, r, r));
        }
      }
      case FOG -> fog(g, palette, size, .16, random);
      case WIND -> {
        g.setStroke(new BasicStroke(1.2f));
        for (int i = 0; i < 8; i++) {
          double x = random.nextDouble() * size - size * .1;
          double y = random.nextDouble() * size * .8;
          double w = size * (.12 + .2 * random.nextDouble());
          Path2D line = new Path2D.Double();
          line.moveTo(x, y);
          line.curveTo(x + w * .4, y - 5, x + w * .6, y + 5, x + w, y - 1);
          g.setColor(Pigment.of(0xFFFFFF, .5));
          g.draw(line);
        }
      }
      default -> {}
    }
  }

  /** Paints banks of fog, so dense. */
  static void fog(Graphics2D g, Palette palette, int size, double alpha, SplittableRandom random) {
    int white = Pigment.mix(palette.skyLow(), palette.lit(0xF4F6F8), .5);
    for (int i = 0; i < 4; i++) {
      float y = (float) (size * (.25 + .18 * i + .1 * random.nextDouble()));
      float half = size * .14f;
      g.setPaint(
          new GradientPaint(
              0, y - half, Pigment.of(white, 0), 0, y, Pigment.of(white, alpha), true));
      g.fillRect(0, (int) (y - half), size, (int) (2 * half));
    }
  }

  private static void rain(
      Graphics2D g, int size, int many, double slant, Palette palette, SplittableRandom random) {
    g.setStroke(new BasicStroke(1f));
    for (int i = 0; i < many; i++) {
      double x = random.nextDouble() * size * 1.2 - size * .1;
      double y = random.nextDouble() * size;
      double length = 5 + 6 * random.nextDouble();
      g.setColor(Pigment.of(palette.lit(0xE4EEF8), .5));
      g.draw(new Line2D.Double(x, y, x - slant * length, y + length));
    }
  }

  private static void lightning(Graphics2D g, int size, SplittableRandom random) {
    double x = size * (.15 + .7 * random.nextDouble());
    double y = 0;
    Path2D bolt = new Path2D.Double();
    bolt.moveTo(x, y);
    while (y < size * .5) {
      x += (random.nextDouble() - .5) * 18;
      y += 6 + 6 * random.nextDouble();
      bolt.lineTo(x, y);
    }
    g.setStroke(new BasicStroke(4f));
    g.setColor(Pigment.of(0xBFD0FF, .35));
    g.draw(bolt);
    g.setStroke(new BasicStroke(1.6f));
    g.setColor(Pigment.of(0xFFFFF0));
    g.draw(bolt);
  }
}
