package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Time;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.SplittableRandom;

/** Subjects that no sprite shows, drawn by procedure. */
final class Drawn {
  private Drawn() {}

  /** Draws a subject standing at (x, base), so high. */
  static void paint(
      Graphics2D g,
      String name,
      double x,
      double base,
      double height,
      Scene scene,
      Palette palette,
      SplittableRandom random) {
    switch (name) {
      case "a lighthouse" -> lighthouse(g, x, base, height, scene, palette, random);
      case "a bridge" -> bridge(g, x, base, height, palette, random);
      case "a willow" -> willow(g, x, base, height, scene, palette, random);
      case "bamboo" -> bamboo(g, x, base, height, palette, random);
      case "cherry blossoms" -> cherry(g, x, base, height, palette, random);
      case "plum blossoms" -> plum(g, x, base, height, palette, random);
      case "wild geese" -> geese(g, x, base, height, palette, random);
      case "a windmill" -> windmill(g, x, base, height, palette, random);
      case "a fishing boat" -> fishingBoat(g, x, base, height, scene, palette, random);
      case "fireworks" -> fireworks(g, x, base, height, random);
      default -> throw new IllegalArgumentException("no drawing of " + name);
    }
  }

  private static void lighthouse(
      Graphics2D g,
      double x,
      double base,
      double h,
      Scene scene,
      Palette palette,
      SplittableRandom random) {
    int rock = palette.lit(0x5A5650);
    g.setColor(Pigment.of(rock));
    Path2D cliff = new Path2D.Double();
    cliff.moveTo(x - h * .5, base + 3);
    cliff.lineTo(x - h * .28, base - h * .12);
    cliff.lineTo(x + h * .2, base - h * .15);
    cliff.lineTo(x + h * .48, base + 3);
    cliff.closePath();
    g.fill(cliff);
    double foot = base - h * .1;
    double top = base - h * .8;
    int red = palette.lit(Pigment.oneOf(random, 0xD8392E, 0xC8302A, 0x2E5A9A));
    int bands = 5;
    for (int i = 0; i < bands; i++) {
      double y0 = foot + (top - foot) * i / bands;
      double y1 = foot + (top - foot) * (i + 1) / bands;
      double w0 = h * (.13 - .05 * i / bands);
      double w1 = h * (.13 - .05 * (i + 1) / bands);
      Path2D band = new Path2D.Double();
      band.moveTo(x - w0, y0);
      band.lineTo(x - w1, y1);
      band.lineTo(x + w1, y1);
      band.lineTo(x + w0, y0);
      band.closePath();
      g.setColor(Pigment.of(i % 2 == 0 ? palette.lit(0xF6F2EA) : red));
      g.fill(band);
    }
    boolean dark =
        scene.time() == Time.NIGHT
            || scene.time() == Time.DUSK
            || scene.weather() == Scene.Weather.STORM
            || scene.weather() == Scene.Weather.FOG;
    double ly = top - h * .05;
    if (dark) {
      int side = random.nextBoolean() ? 1 : -1;
      Path2D beam = new Path2D.Double();
      beam.moveTo(x, ly);
      beam.lineTo(x + side * h * 1.6, ly - h * .3);
      beam.lineTo(x + side * h * 1.6, ly + h * .12);
      beam.closePath();
      g.setColor(Pigment.of(0xFFF0B0, .45));
      g.fill(beam);
      Sky.glow(g, x, ly, h * .3, 0xFFF0A0, .8);
    }
    g.setColor(Pigment.of(dark ? 0xFFF6C0 : palette.lit(0xBFD8E8)));
    g.fill(new Rectangle2D.Double(x - h * .055, top - h * .1, h * .11, h * .1));
    g.setColor(Pigment.of(palette.lit(0x3A3A44)));
    g.fill(new Rectangle2D.Double(x - h * .1, top - h * .01, h * .2, h * .025));
    g.setColor(Pigment.of(red));
    g.fill(new Arc2D.Double(x - h * .07, top - h * .18, h * .14, h * .16, 0, 180, Arc2D.PIE));
  }

  private static void bridge(
      Graphics2D g, double x, double base, double h, Palette palette, SplittableRandom random) {
    double w = h * 2.3;
    int stone = palette.lit(Pigment.oneOf(random, 0xB0A898, 0xA85A3A, 0x98A0A8));
    Path2D arch = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    arch.moveTo(x - w / 2, base);
    arch.curveTo(x - w * .3, base - h * .9, x + w * .3, base - h * .9, x + w / 2, base);
    arch.closePath();
    arch.append(new Ellipse2D.Double(x - w * .2, base - h * .42, w * .4, h * .84), false);
    g.setColor(Pigment.of(stone));
    java.awt.Shape clip = g.getClip();
    g.clip(new Rectangle2D.Double(0, 0, 4096, base));
    g.fill(arch);
    g.setClip(clip);
    g.setStroke(new BasicStroke(2f));
    g.setColor(Pigment.of(Pigment.mix(stone, 0, .3)));
    Path2D rail = new Path2D.Double();
    rail.moveTo(x - w / 2, base - h * .12);
    rail.curveTo(
        x - w * .3, base - h * 1.06, x + w * .3, base - h * 1.06, x + w / 2, base - h * .12);
    g.draw(rail);
    for (double t = -.4; t <= .41; t += .1) {
      double y = base - h * .78 * (1 - 4 * t * t) - h * .02;
      g.draw(new Line2D.Double(x + t * w, y, x + t * w, y + h * .1));
    }
  }

  private static void willow(
      Graphics2D g,
      double x,
      double base,
      double h,
      Scene scene,
      Palette palette,
      SplittableRandom random) {
    g.setColor(Pigment.of(palette.lit(0x5A4430)));
    Path2D trunk = new Path2D.Double();
    trunk.moveTo(x - h * .05, base);
    trunk.curveTo(
        x - h * .02, base - h * .4, x - h * .08, base - h * .5, x + h * .02, base - h * .8);
    trunk.lineTo(x + h * .08, base - h * .78);
    trunk.curveTo(x + h * .02, base - h * .5, x + h * .05, base - h * .3, x + h * .06, base);
    trunk.closePath();
    g.fill(trunk);
    int leaf =
        palette.lit(
            switch (scene.season()) {
              case SPRING -> 0x9CCB5A;
              case SUMMER -> 0x5A9A3E;
              case AUTUMN -> 0xC8A83E;
              case WINTER -> 0x9A9A86;
            });
    g.setStroke(new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    double wind = scene.weather() == Scene.Weather.WIND ? h * .15 : h * .03;
    for (int i = 0; i < 46; i++) {
      double a = random.nextDouble() * 2 - 1;
      double sx = x + h * .04 + a * h * .1;
      double sy = base - h * (.82 + .14 * (1 - a * a));
      double out = a * h * (.32 + .1 * random.nextDouble());
      double drop = h * (.35 + .35 * random.nextDouble());
      Path2D strand = new Path2D.Double();
      strand.moveTo(sx, sy);
      strand.curveTo(
          sx + out * .8, sy - h * .03, sx + out, sy + drop * .4, sx + out + wind, sy + drop);
      g.setColor(Pigment.of(Pigment.near(leaf, 16, random), .85));
      g.draw(strand);
    }
  }

  private static void bamboo(
      Graphics2D g, double x, double base, double h, Palette palette, SplittableRandom random) {
    for (int i = 0; i < 5; i++) {
      double sx = x + (i - 2) * h * .13 + (random.nextDouble() - .5) * h * .08;
      double lean = (random.nextDouble() - .5) * h * .12;
      int green = palette.lit(Pigment.oneOf(random, 0x5AA046, 0x7AB450, 0x4A8A4A));
      for (int joint = 0; joint < 8; joint++) {
        double y0 = base - h * joint / 8;
        double y1 = base - h * (joint + 1) / 8 + 1.2;
        g.setStroke(
            new BasicStroke((float) (h * .035), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        g.setColor(Pigment.of(green));
        g.draw(new Line2D.Double(sx + lean * joint / 8, y0, sx + lean * (joint + 1) / 8, y1));
        if (joint > 2) {
          for (int leafs = 0; leafs < 3; leafs++) {
            double side = random.nextBoolean() ? 1 : -1;
            double lx = sx + lean * joint / 8;
            double length = h * (.1 + .06 * random.nextDouble());
            Path2D leaf = new Path2D.Double();
            leaf.moveTo(lx, y0);
            leaf.quadTo(
                lx + side * length * .5, y0 - length * .1, lx + side * length, y0 + length * .5);
            leaf.quadTo(lx + side * length * .4, y0 + length * .3, lx, y0);
            g.setColor(
                Pigment.of(Pigment.mix(green, palette.lit(0x1E5A2A), .5 * random.nextDouble())));
            g.fill(leaf);
          }
        }
      }
    }
  }

  private static void cherry(
      Graphics2D g, double x, double base, double h, Palette palette, SplittableRandom random) {
    int petal =
        Pigment.lit(
            Pigment.oneOf(random, 0xF8B8CC, 0xF4A0BC, 0xFCD4DE),
            Pigment.mix(palette.light(), 0xFFFFFF, .4));
    g.setColor(Pigment.of(palette.lit(0x5A3E34)));
    g.setStroke(new BasicStroke((float) (h * .07), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    Path2D trunk = new Path2D.Double();
    trunk.moveTo(x, base);
    trunk.quadTo(x + h * .05, base - h * .3, x - h * .02, base - h * .55);
    g.draw(trunk);
    g.setStroke(new BasicStroke((float) (h * .04), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(new Line2D.Double(x, base - h * .4, x - h * .25, base - h * .66));
    g.draw(new Line2D.Double(x, base - h * .42, x + h * .26, base - h * .68));
    for (int i = 0; i < 70; i++) {
      double a = random.nextDouble() * Math.PI * 2;
      double d = Math.sqrt(random.nextDouble());
      double r = h * (.05 + .05 * random.nextDouble());
      int shade = Pigment.mix(petal, d > .7 ? 0xFFFFFF : 0xB84A70, .25 * random.nextDouble());
      g.setColor(Pigment.of(shade, .9));
      g.fill(
          new Ellipse2D.Double(
              x + Math.cos(a) * d * h * .42 - r,
              base - h * .7 + Math.sin(a) * d * h * .27 - r,
              2 * r,
              2 * r));
    }
    for (int i = 0; i < 14; i++) {
      g.setColor(Pigment.of(petal));
      g.fill(
          new Ellipse2D.Double(
              x + (random.nextDouble() - .5) * h, base - h * .4 * random.nextDouble(), 2.2, 1.6));
    }
  }

  private static void plum(
      Graphics2D g, double x, double base, double h, Palette palette, SplittableRandom random) {
    int side = random.nextBoolean() ? 1 : -1;
    int bark = palette.lit(0x4A342A);
    int petal =
        Pigment.lit(
            Pigment.oneOf(random, 0xE0405A, 0xF4A0B8, 0xFFF0F0, 0xD8304A),
            Pigment.mix(palette.light(), 0xFFFFFF, .5));
    branch(g, x - side * h * .45, base, side * .75, h * .55, h * .06, 4, bark, petal, random);
  }

  private static void branch(
      Graphics2D g,
      double x,
      double y,
      double angle,
      double length,
      double width,
      int depth,
      int bark,
      int petal,
      SplittableRandom random) {
    double bend = angle + (random.nextDouble() - .5) * .5;
    double ex = x + Math.sin(bend) * length;
    double ey = y - Math.cos(bend) * length;
    g.setStroke(
        new BasicStroke(
            (float) Math.max(1.2, width), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.setColor(Pigment.of(bark));
    g.draw(new Line2D.Double(x, y, ex, ey));
    if (depth > 0) {
      branch(
          g,
          ex,
          ey,
          bend + .45 + .3 * random.nextDouble(),
          length * .62,
          width * .6,
          depth - 1,
          bark,
          petal,
          random);
      branch(
          g,
          ex,
          ey,
          bend - .45 - .3 * random.nextDouble(),
          length * .62,
          width * .6,
          depth - 1,
          bark,
          petal,
          random);
    }
    if (depth < 3) {
      for (int i = 0; i < 2; i++) {
        double t = random.nextDouble();
        double bx = x + (ex - x) * t;
        double by = y + (ey - y) * t;
        double r = 2.2 + 1.4 * random.nextDouble();
        g.setColor(Pigment.of(Pigment.near(petal, 10, random)));
        for (int p = 0; p < 5; p++) {
          double a = p * 1.2566;
          g.fill(
              new Ellipse2D.Double(
                  bx + Math.cos(a) * r * .7 - r * .6,
                  by + Math.sin(a) * r * .7 - r * .6,
                  r * 1.2,
                  r * 1.2));
        }
        g.setColor(Pigment.of(0xFFE070));
        g.fill(new Ellipse2D.Double(bx - .8, by - .8, 1.6, 1.6));
      }
    }
  }

  private static void geese(
      Graphics2D g, double x, double base, double h, Palette palette, SplittableRandom random) {
    g.setColor(Pigment.of(palette.lit(0x3A3430)));
    g.setStroke(new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    int lead = random.nextBoolean() ? 1 : -1;
    for (int i = -3; i <= 3; i++) {
      double gx = x + i * h * .42;
      double gy = base - h + Math.abs(i) * h * .22 + i * lead * h * .05;
      double w = h * .2;
      Path2D bird = new Path2D.Double();
      bird.moveTo(gx - w, gy - w * .5);
      bird.quadTo(gx - w * .3, gy - w * .5, gx, gy);
      bird.quadTo(gx + w * .3, gy - w * .5, gx + w, gy - w * .5);
      g.draw(bird);
    }
  }

  private static void windmill(
      Graphics2D g, double x, double base, double h, Palette palette, SplittableRandom random) {
    Path2D tower = new Path2D.Double();
    tower.moveTo(x - h * .17, base);
    tower.lineTo(x - h * .09, base - h * .62);
    tower.lineTo(x + h * .09, base - h * .62);
    tower.lineTo(x + h * .17, base);
    tower.closePath();
    g.setColor(Pigment.of(palette.lit(Pigment.oneOf(random, 0xF0E6D4, 0xD8C8B0))));
    g.fill(tower);
    g.setColor(Pigment.of(palette.lit(0x8A3A2A)));
    g.fill(new Arc2D.Double(x - h * .1, base - h * .74, h * .2, h * .24, 0, 180, Arc2D.PIE));
    g.fill(new Rectangle2D.Double(x - h * .04, base - h * .16, h * .08, h * .16));
    double turn = random.nextDouble() * Math.PI / 2;
    double cy = base - h * .62;
    for (int i = 0; i < 4; i++) {
      double a = turn + i * Math.PI / 2;
      double dx = Math.cos(a);
      double dy = Math.sin(a);
      Path2D sail = new Path2D.Double();
      sail.moveTo(x + dx * h * .06, cy + dy * h * .06);
      sail.lineTo(x + dx * h * .38, cy + dy * h * .38);
      sail.lineTo(x + dx * h * .38 - dy * h * .08, cy + dy * h * .38 + dx * h * .08);
      sail.lineTo(x + dx * h * .06 - dy * h * .08, cy + dy * h * .06 + dx * h * .08);
      sail.closePath();
      g.setColor(Pigment.of(palette.lit(0xFFFFFF), .9));
      g.fill(sail);
      g.setColor(Pigment.of(palette.lit(0x5A4430)));
      g.setStroke(new BasicStroke(1.5f));
      g.draw(new Line2D.Double(x, cy, x + dx * h * .4, cy + dy * h * .4));
    }
  }

  private static void fishingBoat(
      Graphics2D g,
      double x,
      double base,
      double h,
      Scene scene,
      Palette palette,
      SplittableRandom random) {
    double w = h * 2;
    int wood = palette.lit(0x5A4030);
    Path2D hull = new Path2D.Double();
    hull.moveTo(x - w / 2, base - h * .3);
    hull.quadTo(x, base + h * .08, x + w / 2, base - h * .34);
    hull.quadTo(x + w * .3, base + h * .1, x, base + h * .1);
    hull.quadTo(x - w * .3, base + h * .1, x - w / 2, base - h * .3);
    g.setColor(Pigment.of(wood));
    g.fill(hull);
    g.setColor(Pigment.of(palette.lit(0x8A6A40)));
    g.fill(new Arc2D.Double(x - w * .24, base - h * .5, w * .42, h * .95, 0, 180, Arc2D.PIE));
    if (scene.time() == Time.NIGHT || scene.time() == Time.DUSK) {
      Sky.glow(g, x + w * .26, base - h * .3, h * .45, 0xFFC860, .9);
    }
    double fx = x - w * .34;
    g.setColor(Pigment.of(palette.lit(0x38424A)));
    Path2D cloak = new Path2D.Double();
    cloak.moveTo(fx, base - h * .85);
    cloak.lineTo(fx + h * .18, base - h * .12);
    cloak.lineTo(fx - h * .18, base - h * .12);
    cloak.closePath();
    g.fill(cloak);
    g.setColor(Pigment.of(palette.lit(0xC8A860)));
    Path2D hat = new Path2D.Double();
    hat.moveTo(fx, base - h * .98);
    hat.lineTo(fx + h * .22, base - h * .76);
    hat.lineTo(fx - h * .22, base - h * .76);
    hat.closePath();
    g.fill(hat);
    g.setColor(Pigment.of(palette.lit(0x3A2A1A)));
    g.setStroke(new BasicStroke(1.2f));
    g.draw(new Line2D.Double(fx - h * .05, base - h * .5, fx - w * .3, base - h * .75));
  }

  private static void fireworks(
      Graphics2D g, double x, double base, double h, SplittableRandom random) {
    for (int burst = 0; burst < 3; burst++) {
      double cx = x + (random.nextDouble() - .5) * h * 1.1;
      double cy = base - h * (.4 + .5 * random.nextDouble());
      double radius = h * (.22 + .16 * random.nextDouble());
      int color = Pigment.oneOf(random, 0xFFD24A, 0xFF6A6A, 0x6AD0FF, 0xFF8AD0, 0x8AFF9A);
      Sky.glow(g, cx, cy, radius * 1.2, color, .35);
      g.setStroke(new BasicStroke(1.3f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      for (int i = 0; i < 18; i++) {
        double a = i * Math.PI / 9 + random.nextDouble() * .1;
        double r = radius * (.8 + .3 * random.nextDouble());
        g.setColor(Pigment.of(color, .9));
        g.draw(
            new Line2D.Double(
                cx + Math.cos(a) * r * .25,
                cy + Math.sin(a) * r * .25,
                cx + Math.cos(a) * r,
                cy + Math.sin(a) * r));
        g.setColor(Pigment.of(0xFFFFFF));
        g.fill(new Ellipse2D.Double(cx + Math.cos(a) * r - 1, cy + Math.sin(a) * r - 1, 2, 2));
      }
    }
  }
}
