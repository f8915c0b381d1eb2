package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Season;
import dev.triptych.training.picture.Scene.Time;
import dev.triptych.training.picture.Scene.Weather;
import java.awt.BasicStroke;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.SplittableRandom;

/** Paints the ground of a place, from the horizon down. */
final class Land {
  private final Graphics2D g;
  private final Scene scene;
  private final Palette palette;
  private final int size;
  private final double horizon;
  private final SplittableRandom random;

  Land(
      Graphics2D g,
      Scene scene,
      Palette palette,
      int size,
      double horizon,
      SplittableRandom random) {
    this.g = g;
    this.scene = scene;
    this.palette = palette;
    this.size = size;
    this.horizon = horizon;
    this.random = random;
  }

  /** Paints the place. */
  void paint() {
    double h = horizon * size;
    switch (scene.place()) {
      case SEA -> {
        if (random.nextDouble() < .3) {
          ridge(h, .1, palette.afar(palette.leaf(), .55), 3);
        }
        water(h, size);
      }
      case BEACH -> {
        water(h, size * .8);
        sand();
      }
      case MOUNTAINS -> {
        mountains(h, 3);
        hills(h + size * .08, palette.ground(), 2);
        trees(h + size * .12, 6, .16);
      }
      case MEADOW -> {
        hills(h, palette.far(), 2);
        hills(h + size * .1, palette.ground(), 1);
        tufts(h + size * .16, 60);
        dots(h + size * .18, 26);
      }
      case FIELD -> field(h);
      case FOREST -> forest(h);
      case CITY -> city(h);
      case DESERT -> {
        hills(h, palette.far(), 2);
        hills(h + size * .1, palette.ground(), 2);
      }
      case RIVER -> {
        mountains(h, 1);
        hills(h, palette.ground(), 1);
        trees(h + size * .03, 5, .14);
        river(h + size * .06);
      }
      case LAKE -> {
        mountains(h, 2);
        trees(h + 1, 7, .12);
        water(h, size * .86);
        hills(size * .88, palette.ground(), 1);
        tufts(size * .86, 26);
      }
      case GARDEN -> {
        hills(h, palette.far(), 1);
        bushes(h + size * .04);
        hills(h + size * .12, palette.ground(), 1);
        dots(h + size * .16, 50);
      }
      case VILLAGE -> {
        mountains(h, 1);
        hills(h, palette.ground(), 1);
        houses(h + size * .05);
        trees(h + size * .06, 4, .16);
        path(h + size * .08);
      }
      case INDOORS -> indoors();
      case SPACE -> space();
      case UNDERWATER -> sea();
    }
  }

  private void hills(double y, int color, int layers) {
    for (int layer = 0; layer < layers; layer++) {
      double base = y + layer * size * .06;
      int shade = Pigment.mix(color, palette.skyLow(), (layers - 1 - layer) * .2);
      Path2D hill = new Path2D.Double();
      double phase = random.nextDouble() * 7;
      double wave = size * (.02 + .03 * random.nextDouble());
      double length = size * (.12 + .1 * random.nextDouble());
      hill.moveTo(0, size);
      for (int x = 0; x <= size; x += 4) {
        hill.lineTo(
            x, base + wave * Math.sin(x / length + phase) + wave * .4 * Math.sin(x / length * 2.3));
      }
      hill.lineTo(size, size);
      hill.closePath();
      g.setPaint(
          new GradientPaint(
              0,
              (float) base,
              Pigment.of(Pigment.mix(shade, 0xFFFFFF, .08)),
              0,
              size,
              Pigment.of(Pigment.mix(shade, 0x000000, .18))));
      g.fill(hill);
    }
  }

  private void ridge(double base, double height, int color, int peaks) {
    Path2D ridge = new Path2D.Double();
    ridge.moveTo(-10, base + 2);
    double step = size * 1.2 / (peaks * 2);
    double x = -10;
    for (int i = 0; i < peaks * 2; i++) {
      x += step * (.7 + .6 * random.nextDouble());
      double up =
          size * height * (i % 2 == 0 ? .6 + .4 * random.nextDouble() : .2 * random.nextDouble());
      ridge.lineTo(x, base - up);
    }
    ridge.lineTo(size + 20, base + 2);
    ridge.closePath();
    g.setPaint(
        new GradientPaint(
            0,
            (float) (base - size * height),
            Pigment.of(
                Pigment.mix(
                    color, palette.white() ? 0xFFFFFF : 0x000000, palette.white() ? .35 : .1)),
            0,
            (float) base,
            Pigment.of(palette.afar(color, .35))));
    g.fill(ridge);
  }

  private void mountains(double base, int layers) {
    int stone =
        palette.lit(
            scene.season() == Season.AUTUMN ? 0x8A6A5A : palette.white() ? 0x9AAAC0 : 0x5A7A86);
    for (int layer = 0; layer < layers; layer++) {
      double far = layers == 1 ? .45 : .6 - .5 * layer / (layers - 1);
      ridge(
          base + layer * size * .035,
          (layers > 1 ? .34 : .2) - layer * .07,
          palette.afar(stone, far),
          2 + layer);
    }
  }

  private void water(double from, double to) {
    int deep = Pigment.mix(palette.water(), 0x061428, .35);
    int shine = Pigment.mix(palette.water(), palette.skyLow(), .6);
    g.setPaint(
        new GradientPaint(0, (float) from, Pigment.of(shine), 0, (float) to, Pigment.of(deep)));
    g.fill(new Rectangle2D.Double(0, from, size, to - from + 1));
    boolean rough = scene.weather() == Weather.STORM || scene.weather() == Weather.WIND;
    for (double y = from + 3; y < to; y += rough ? 7 : 5) {
      double amount = (y - from) / size * (rough ? 9 : 2.5);
      Path2D wave = new Path2D.Double();
      double phase = random.nextDouble() * 7;
      wave.moveTo(0, y);
      for (int x = 0; x <= size; x += 4) {
        wave.lineTo(x, y + amount * Math.sin(x / (7 + (y - from) * .12) + phase));
      }
      g.setStroke(new BasicStroke(rough ? 1.8f : 1f));
      g.setColor(Pigment.of(Pigment.mix(shine, 0xFFFFFF, rough ? .5 : .3), rough ? .55 : .35));
      g.draw(wave);
    }
  }

  private void sand() {
    double left = size * (.62 + .12 * random.nextDouble());
    double right = size * (.66 + .12 * random.nextDouble());
    Path2D shore = new Path2D.Double();
    shore.moveTo(0, left);
    shore.curveTo(size * .35, left + 9, size * .6, right - 7, size, right);
    g.setStroke(new BasicStroke(5f));
    g.setColor(Pigment.of(palette.lit(0xFFFFFF), .75));
    g.draw(shore);
    shore.lineTo(size, size);
    shore.lineTo(0, size);
    shore.closePath();
    g.setPaint(
        new GradientPaint(
            0,
            (float) left,
            Pigment.of(Pigment.mix(palette.ground(), 0x6A5030, .15)),
            0,
            size,
            Pigment.of(palette.ground())));
    g.fill(shore);
  }

  private void field(double h) {
    hills(h, palette.far(), 1);
    trees(h + 2, 6, .09);
    g.setColor(Pigment.of(palette.ground()));
    g.fill(new Rectangle2D.Double(0, h + size * .05, size, size));
    double vanish = size * (.2 + .6 * random.nextDouble());
    int dark = Pigment.mix(palette.ground(), palette.white() ? 0xB8C4D4 : 0x5A4A1E, .3);
    for (int i = -9; i < 10; i++) {
      Path2D row = new Path2D.Double();
      row.moveTo(vanish + i * 4, h + size * .05);
      row.lineTo(vanish + i * 26 - 5, size);
      row.lineTo(vanish + i * 26 + 6, size);
      row.closePath();
      g.setColor(Pigment.of(dark, .75));
      g.fill(row);
    }
    tufts(h + size * .08, 40);
  }

  private void forest(double h) {
    hills(h, palette.afar(palette.leaf(), .4), 1);
    boolean pines = random.nextDouble() < .5;
    for (int layer = 0; layer < 3; layer++) {
      double base = h + size * (.04 + .07 * layer);
      int many = 9 - 2 * layer;
      for (int i = 0; i < many; i++) {
        double x = (i + random.nextDouble()) * size / many;
        if (layer == 2 && x > size * .25 && x < size * .75) {
          continue; // a clearing for the subject
        }
        int leaf = palette.afar(Pigment.near(palette.leaf(), 12, random), .5 - .22 * layer);
        Flora.tree(
            g,
            x,
            base + 4 * random.nextDouble(),
            size * (.3 + .12 * layer),
            leaf,
            pines,
            palette,
            random);
      }
    }
    hills(h + size * .22, Pigment.mix(palette.ground(), 0x20301A, palette.white() ? .05 : .2), 1);
    tufts(h + size * .26, 40);
  }

  private void trees(double base, int many, double height) {
    for (int i = 0; i < many; i++) {
      if (random.nextDouble() < .65) {
        double x = (i + random.nextDouble()) * size / many;
        int leaf = palette.afar(Pigment.near(palette.leaf(), 12, random), .2);
        Flora.tree(
            g,
            x,
            base + 4 * random.nextDouble(),
            size * height * (.7 + .6 * random.nextDouble()),
            leaf,
            random.nextDouble() < .4,
            palette,
            random);
      }
    }
  }

  private void tufts(double from, int many) {
    g.setStroke(new BasicStroke(1f));
    int blade = Pigment.mix(palette.ground(), palette.white() ? 0xA9B8CC : 0x1E4A1E, .35);
    for (int i = 0; i < many; i++) {
      double x = random.nextDouble() * size;
      double y = from + random.nextDouble() * (size - from);
      double up = 2 + 4 * (y - from) / size;
      g.setColor(Pigment.of(blade, .6));
      g.draw(new Line2D.Double(x, y, x + random.nextDouble() * 2 - 1, y - up));
    }
  }

  private void dots(double from, int many) {
    if (palette.white() || scene.season() == Season.WINTER) {
      return;
    }
    int color =
        scene.season() == Season.AUTUMN
            ? Pigment.oneOf(random, 0xC9452B, 0xD9762B)
            : Pigment.oneOf(random, 0xF4A6C0, 0xF7D34A, 0xFFFFFF, 0xE05A6A, 0xA88AE0);
    for (int i = 0; i < many; i++) {
      double y = from + random.nextDouble() * (size - from);
      double r = 1.5 + 2.5 * (y - from) / (size - from);
      g.setColor(Pigment.of(palette.lit(Pigment.near(color, 14, random))));
      g.fill(new Ellipse2D.Double(random.nextDouble() * size, y, r, r * .8));
    }
  }

  private void city(double h) {
    int lamp = 0xFFD98A;
    for (int layer = 0; layer < 2; layer++) {
      for (double x = -4; x < size; ) {
        double w = size * (.09 + .09 * random.nextDouble());
        double up = size * (.12 + .32 * random.nextDouble()) * (layer == 0 ? 1.1 : .75);
        int wall =
            palette.afar(
                palette.lit(Pigment.oneOf(random, 0x7C8CA4, 0xA48C7C, 0x8C7C94, 0xB0A898)),
                layer == 0 ? .5 : .15);
        g.setColor(Pigment.of(wall));
        g.fill(new Rectangle2D.Double(x, h - up, w, up + size * .1));
        boolean lit = scene.time() == Time.NIGHT || scene.time() == Time.DUSK;
        for (double wy = h - up + 4; wy < h - 2; wy += 7) {
          for (double wx = x + 3; wx < x + w - 4; wx += 6) {
            if (random.nextDouble() < .7) {
              boolean on = lit && random.nextDouble() < .65;
              g.setColor(
                  Pigment.of(on ? lamp : Pigment.mix(wall, 0x20304A, .4), layer == 0 ? .6 : 1));
              g.fill(new Rectangle2D.Double(wx, wy, 3, 4));
            }
          }
        }
        x += w + random.nextInt(3);
      }
    }
    int road = palette.white() ? palette.lit(0xD0D6DE) : palette.lit(0x6A6E76);
    g.setColor(Pigment.of(palette.lit(palette.white() ? 0xE8ECF2 : 0xB4B0A8)));
    g.fill(new Rectangle2D.Double(0, h, size, size - h));
    g.setPaint(
        new GradientPaint(
            0, (float) h, Pigment.of(Pigment.mix(road, 0xFFFFFF, .1)), 0, size, Pigment.of(road)));
    g.fill(new Rectangle2D.Double(0, h + size * .07, size, size));
    g.setColor(Pigment.of(palette.lit(0xF2F0E0), .8));
    for (double x = -random.nextInt(20); x < size; x += 24) {
      g.fill(new Rectangle2D.Double(x, h + size * .24, 13, 2));
    }
  }

  private void river(double top) {
    double from = size * (.3 + .4 * random.nextDouble());
    Path2D bed = new Path2D.Double();
    bed.moveTo(from - 3, top);
    bed.curveTo(from + 30, top + 14, -20, size * .75, size * .02, size);
    bed.lineTo(size * .98, size);
    bed.curveTo(size * .8, size * .8, from + 50, top + 16, from + 5, top);
    bed.closePath();
    java.awt.Shape clip = g.getClip();
    g.clip(bed);
    water(top, size);
    g.setClip(clip);
    tufts(top, 16);
  }

  private void bushes(double y) {
    for (int i = 0; i < 9; i++) {
      double x = (i + random.nextDouble() * .6) * size / 8 - 5;
      double r = size * (.07 + .05 * random.nextDouble());
      g.setColor(Pigment.of(palette.afar(Pigment.near(palette.leaf(), 14, random), .15)));
      g.fill(new Ellipse2D.Double(x - r, y - r * .6, 2 * r, 2 * r));
    }
  }

  private void houses(double y) {
    for (int i = 0; i < 4; i++) {
      double x = (i + .2 + .5 * random.nextDouble()) * size / 4;
      Flora.house(
          g,
          x,
          y + 5 * random.nextDouble(),
          size * (.11 + .05 * random.nextDouble()),
          scene.time(),
          palette,
          random);
    }
  }

  private void path(double y) {
    double x = size * (.35 + .3 * random.nextDouble());
    Path2D path = new Path2D.Double();
    path.moveTo(x, y);
    path.curveTo(x + 12, y + 12, size * .3, size * .8, size * .25, size);
    path.lineTo(size * .75, size);
    path.curveTo(size * .65, size * .8, x + 25, y + 14, x + 5, y);
    path.closePath();
    g.setColor(Pigment.of(Pigment.mix(palette.ground(), palette.lit(0xC8A878), .6)));
    g.fill(path);
  }

  private void indoors() {
    int wall = Pigment.oneOf(random, 0xE8DCC4, 0xD8C8B4, 0xC4D0C8, 0xD8C4C4, 0xB8C0D0);
    int dim =
        scene.time() == Time.NIGHT ? 0xB09078 : scene.time() == Time.DUSK ? 0xE0B890 : 0xFFFFFF;
    double left = size * (.12 + .15 * random.nextDouble());
    double top = size * .06;
    double w = size * .62;
    double h = size * .48;
    Path2D around = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    around.append(new Rectangle2D.Double(0, 0, size, size), false);
    around.append(new Rectangle2D.Double(left, top, w, h), false);
    hills(size * .44, palette.ground(), 1);
    trees(size * .46, 5, .16);
    g.setPaint(
        new GradientPaint(
            0,
            0,
            Pigment.of(Pigment.lit(wall, dim)),
            0,
            size,
            Pigment.of(Pigment.mix(Pigment.lit(wall, dim), 0, .2))));
    g.fill(around);
    int frame = Pigment.lit(Pigment.oneOf(random, 0x8A5A34, 0xF4F0E8, 0x5A4030), dim);
    g.setColor(Pigment.of(frame));
    g.setStroke(new BasicStroke(4f));
    g.draw(new Rectangle2D.Double(left, top, w, h));
    g.setStroke(new BasicStroke(2f));
    g.draw(new Line2D.Double(left + w / 2, top, left + w / 2, top + h));
    int table = Pigment.lit(Pigment.oneOf(random, 0xA8703C, 0x8A5A34, 0xC08A54, 0x6A4A38), dim);
    g.setPaint(
        new GradientPaint(
            0,
            size * .7f,
            Pigment.of(Pigment.mix(table, 0xFFFFFF, .12)),
            0,
            size,
            Pigment.of(Pigment.mix(table, 0, .25))));
    g.fill(new Rectangle2D.Double(0, size * .7, size, size));
  }

  private void space() {
    g.setPaint(
        new GradientPaint(
            0,
            0,
            Pigment.of(Pigment.oneOf(random, 0x06061A, 0x0A0A2A, 0x100A28)),
            size,
            size,
            Pigment.of(Pigment.oneOf(random, 0x1A1040, 0x0A1A3A, 0x2A1040))));
    g.fillRect(0, 0, size, size);
    int nebula = Pigment.oneOf(random, 0x8A4AC0, 0x3A6AD0, 0xC04A8A, 0x2A9AA0);
    for (int i = 0; i < 4; i++) {
      Sky.glow(g, random.nextDouble() * size, random.nextDouble() * size, size * .35, nebula, .3);
    }
    Sky.stars(g, size, 1, 80, random);
  }

  private void sea() {
    int light = scene.time() == Time.NIGHT ? 0x1E5A8A : Pigment.oneOf(random, 0x4AB8D8, 0x3AA0D0);
    g.setPaint(
        new GradientPaint(
            0,
            0,
            Pigment.of(light),
            0,
            size,
            Pigment.of(Pigment.oneOf(random, 0x0A2A5A, 0x06305A))));
    g.fillRect(0, 0, size, size);
    for (int i = 0; i < 4; i++) {
      double x = random.nextDouble() * size;
      Path2D ray = new Path2D.Double();
      ray.moveTo(x, 0);
      ray.lineTo(x + 9, 0);
      ray.lineTo(x - 8, size * .8);
      ray.lineTo(x - 32, size * .8);
      ray.closePath();
      g.setColor(Pigment.of(0xFFFFFF, .1));
      g.fill(ray);
    }
    Path2D bed = new Path2D.Double();
    bed.moveTo(0, size * .86);
    bed.curveTo(size * .3, size * .8, size * .6, size * .92, size, size * .84);
    bed.lineTo(size, size);
    bed.lineTo(0, size);
    g.setColor(Pigment.of(Pigment.oneOf(random, 0x8A9A8A, 0xB0A888)));
    g.fill(bed);
    for (int i = 0; i < 6; i++) {
      Flora.weed(
          g,
          random.nextDouble() * size,
          size * .9,
          size * (.14 + .2 * random.nextDouble()),
          random);
    }
    for (int i = 0; i < 12; i++) {
      double r = 2 + 3 * random.nextDouble();
      g.setColor(Pigment.of(0xFFFFFF, .35));
      g.setStroke(new BasicStroke(1f));
      g.draw(
          new Ellipse2D.Double(random.nextDouble() * size, random.nextDouble() * size * .8, r, r));
    }
  }
}
