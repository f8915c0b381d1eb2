package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Time;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.SplittableRandom;

/** Paints small growing and built things of the background. */
final class Flora {
  private Flora() {}

  static void tree(
      Graphics2D g,
      double x,
      double base,
      double height,
      int leaf,
      boolean pine,
      Palette palette,
      SplittableRandom random) {
    int bark = Pigment.mix(palette.lit(0x6A4A30), leaf, .15);
    g.setColor(Pigment.of(bark));
    double w = Math.max(1.5, height * .07);
    g.fill(new Rectangle2D.Double(x - w / 2, base - height * .45, w, height * .45));
    if (pine) {
      for (int i = 0; i < 3; i++) {
        double top = base - height * (1 - .22 * i);
        double half = height * (.13 + .06 * i);
        Path2D tier = new Path2D.Double();
        tier.moveTo(x, top);
        tier.lineTo(x + half, top + height * .38);
        tier.lineTo(x - half, top + height * .38);
        tier.closePath();
        g.setColor(
            Pigment.of(
                Pigment.mix(
                    leaf, palette.white() ? 0xFFFFFF : 0x0A3020, palette.white() ? .2 : .25)));
        g.fill(tier);
      }
      return;
    }
    for (int i = 0; i < 5; i++) {
      double r = height * (.16 + .08 * random.nextDouble());
      double dx = (random.nextDouble() - .5) * height * .34;
      double dy = height * (.55 + .3 * random.nextDouble());
      g.setColor(
          Pigment.of(Pigment.mix(Pigment.near(leaf, 8, random), i < 2 ? 0x0A2010 : 0xFFFFFF, .08)));
      g.fill(new Ellipse2D.Double(x + dx - r, base - dy - r * .8, 2 * r, 1.7 * r));
    }
  }

  static void house(
      Graphics2D g,
      double x,
      double base,
      double width,
      Time time,
      Palette palette,
      SplittableRandom random) {
    int wall = palette.lit(Pigment.oneOf(random, 0xF0E6D4, 0xE0D0B8, 0xD8D8D8));
    int roof =
        palette.white()
            ? palette.lit(0xF4F6FA)
            : palette.lit(Pigment.oneOf(random, 0x8A3A2A, 0x4A5868, 0x9A5A34));
    double h = width * .6;
    g.setColor(Pigment.of(wall));
    g.fill(new Rectangle2D.Double(x - width / 2, base - h, width, h));
    Path2D top = new Path2D.Double();
    top.moveTo(x - width * .62, base - h);
    top.lineTo(x, base - h - width * .5);
    top.lineTo(x + width * .62, base - h);
    top.closePath();
    g.setColor(Pigment.of(roof));
    g.fill(top);
    boolean lit = time == Time.NIGHT || time == Time.DUSK;
    g.setColor(Pigment.of(lit ? 0xFFD070 : palette.lit(0x6A7A8A)));
    g.fill(new Rectangle2D.Double(x - width * .3, base - h * .7, width * .2, width * .22));
    g.fill(new Rectangle2D.Double(x + width * .1, base - h * .7, width * .2, width * .22));
  }

  static void weed(Graphics2D g, double x, double base, double height, SplittableRandom random) {
    int color = Pigment.oneOf(random, 0x2A8A5A, 0x3AA06A, 0x7A4A8A);
    g.setStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    for (int i = -1; i < 2; i++) {
      Path2D blade = new Path2D.Double();
      blade.moveTo(x + i * 4, base);
      blade.curveTo(
          x + i * 4 + 6,
          base - height * .4,
          x + i * 4 - 6,
          base - height * .7,
          x + i * 6,
          base - height);
      g.setColor(Pigment.of(color, .85));
      g.draw(blade);
    }
  }

  /** Paints a body below a head or bust: a robe for a person, a seated animal otherwise. */
  static void body(
      Graphics2D g, double x, double neck, double base, double head, int color, boolean person) {
    Path2D body = new Path2D.Double();
    double w = head * (person ? .46 : .42);
    body.moveTo(x - w * .45, neck);
    body.curveTo(x - w * 1.1, neck + (base - neck) * .3, x - w * 1.15, base, x - w * .9, base);
    body.lineTo(x + w * .9, base);
    body.curveTo(x + w * 1.15, base, x + w * 1.1, neck + (base - neck) * .3, x + w * .45, neck);
    body.closePath();
    g.setColor(Pigment.of(color));
    g.fill(body);
    g.setStroke(new BasicStroke(1.2f));
    g.setColor(Pigment.of(Pigment.mix(color, 0, .3)));
    if (person) {
      g.draw(new Line2D.Double(x, neck + 4, x, base - 1));
    } else {
      g.draw(new Line2D.Double(x - w * .25, base - (base - neck) * .5, x - w * .25, base - 1));
      g.draw(new Line2D.Double(x + w * .25, base - (base - neck) * .5, x + w * .25, base - 1));
      g.setColor(Pigment.of(color));
      g.setStroke(
          new BasicStroke((float) (head * .14), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      Path2D tail = new Path2D.Double();
      tail.moveTo(x + w * .8, base - head * .1);
      tail.curveTo(
          x + w * 1.7, base, x + w * 1.9, base - head * .3, x + w * 1.5, base - head * .42);
      g.draw(tail);
    }
  }
}
