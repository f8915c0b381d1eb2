package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Cast;
import dev.triptych.training.picture.Scene.Hue;
import dev.triptych.training.picture.Scene.Place;
import dev.triptych.training.picture.Scene.Style;
import dev.triptych.training.picture.Scene.Time;
import dev.triptych.training.picture.Subject.Kind;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/**
 * Draws scenes: background by procedure, subjects from sprites, light by time, then a style.
 *
 * <p>The same scene gives the same picture. [any thread]
 */
public final class SceneComposer {
  private final SpriteLibrary sprites;
  private final int size;

  /** Returns a composer of square pictures of so many pixels. */
  public SceneComposer(SpriteLibrary sprites, int size) {
    this.sprites = sprites;
    this.size = size;
  }

  /** A picture, and where its subjects are. */
  record Drawing(BufferedImage picture, Cover cover) {}

  /** Returns the picture of a scene, opaque, each pixel an int {@code 0xrrggbb}. */
  public BufferedImage draw(Scene scene) {
    return compose(scene).picture();
  }

  /** Returns the picture of a scene, and which of its pixels the subjects cover. */
  Drawing compose(Scene scene) {
    SplittableRandom random = new SplittableRandom(scene.seed() ^ 0x5DEECE66DL);
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Palette palette = Palette.of(scene, random);
    double horizon = horizon(scene, random);
    Graphics2D g = graphics(image);
    Cover cover = new Cover(pixels(image));
    SplittableRandom background = random.split();
    boolean plain = scene.close() && plain(scene, random);
    if (plain) {
      Sky.plain(g, scene, palette, size);
    }
    boolean indoors = scene.place() == Place.INDOORS && !plain;
    boolean outside =
        switch (scene.place()) {
          case SPACE, UNDERWATER, INDOORS -> false;
          default -> !plain;
        };
    if (outside || indoors) {
      Sky.paint(g, scene, palette, size, horizon, background);
    }
    if (indoors) {
      Sky.weather(g, scene, palette, size, random.split());
    }
    if (!outside && !indoors && !plain) {
      new Land(g, scene, palette, size, horizon, background).paint();
    }
    cover.begin();
    // What hangs in the sky lies behind hills and houses.
    for (int i = 0; i < scene.cast().size(); i++) {
      if (scene.cast().get(i).subject().kind() == Kind.SKY) {
        sky(g, scene, palette, scene.cast().get(i), i, horizon, random.split());
      }
    }
    cover.end();
    if (outside || indoors) {
      new Land(g, scene, palette, size, horizon, background).paint();
    }
    if (scene.style() == Style.PHOTO) {
      Finish.blur(pixels(image), size, 1);
    }
    if (outside && scene.weather() == Scene.Weather.FOG) {
      Sky.fog(g, palette, size, .4, random.split());
    }
    cover.begin();
    double side = random.nextBoolean() ? 1 : -1;
    for (int i = scene.cast().size() - 1; i >= 0; i--) {
      if (scene.cast().get(i).subject().kind() != Kind.SKY) {
        cast(g, scene, palette, i, side, random.split());
      }
    }
    cover.end();
    if (outside) {
      Sky.weather(g, scene, palette, size, random.split());
    }
    g.dispose();
    Finish.apply(pixels(image), size, scene.style(), random.split());
    return new Drawing(image, cover);
  }

  /** Decides whether a subject near by has nothing behind it; the moon never has a hill before. */
  private static boolean plain(Scene scene, SplittableRandom random) {
    return random.nextDouble() < .6 || scene.cast().get(0).subject().kind() == Kind.SKY;
  }

  private static double horizon(Scene scene, SplittableRandom random) {
    return switch (scene.place()) {
      case SEA -> .42 + .14 * random.nextDouble();
      case BEACH, LAKE -> .42 + .08 * random.nextDouble();
      case MOUNTAINS -> .56 + .06 * random.nextDouble();
      case INDOORS -> .5;
      case CITY -> .58 + .06 * random.nextDouble();
      default -> .5 + .1 * random.nextDouble();
    };
  }

  private void sky(
      Graphics2D g,
      Scene scene,
      Palette palette,
      Cast cast,
      int order,
      double horizon,
      SplittableRandom random) {
    double h =
        size
            * cast.subject().height()
            * (order == 0 ? 1.15 : .75)
            * (.85 + .3 * random.nextDouble());
    if (scene.place() == Place.SPACE && order == 0) {
      h *= 1.3;
    }
    if (scene.close()) {
      h = size * (.5 + .2 * random.nextDouble());
    }
    double low = scene.place() == Place.SPACE ? .62 : horizon - .06;
    for (int i = 0; i < cast.count(); i++) {
      double x = size * (.2 + .6 * random.nextDouble());
      double y =
          Math.max(h * .55, Math.min(size * low - h * .3, size * (.16 + .2 * random.nextDouble())));
      if (cast.subject().en().equals("a rainbow")) {
        y = size * .34;
      }
      if (scene.close()) {
        x = size * (.45 + .1 * random.nextDouble());
        y = size * .5;
      }
      if (cast.subject().glows()) {
        Sky.glow(g, x, y, h * 1.1, scene.time() == Time.DUSK ? 0xFFC890 : 0xFFF2C8, .5);
      }
      place(g, cast, x, y + h / 2, h, palette, scene, random);
    }
  }

  /** Puts one member of the cast where it belongs; the first is the largest and nearest. */
  private void cast(
      Graphics2D g, Scene scene, Palette palette, int order, double side, SplittableRandom random) {
    Cast cast = scene.cast().get(order);
    Subject subject = cast.subject();
    boolean main = order == 0;
    boolean alone = scene.cast().size() == 1;
    double scale = main ? 1 : .68;
    boolean lonely = scene.mood() == Scene.Mood.LONELY && main;
    double h =
        size
            * subject.height()
            * scale
            * (lonely ? .7 : 1)
            * (.9 + .25 * random.nextDouble())
            * (cast.count() > 1 ? .75 : 1);
    if (scene.close()) {
      h = size * (.56 + .2 * random.nextDouble());
    } else if (alone && !lonely) {
      h = Math.max(h, Math.min(1.3 * h, .6 * size));
    }
    double centre =
        alone
            ? (scene.close() ? .46 : .36) + (scene.close() ? .08 : .28) * random.nextDouble()
            : .5
                + side
                    * (order == 0 ? -1 : order == 1 ? 1 : -.1)
                    * (.17 + .1 * random.nextDouble());
    for (int i = 0; i < cast.count(); i++) {
      double x = size * (centre + (i - (cast.count() - 1) / 2.0) * (cast.count() == 2 ? .34 : .27));
      double base =
          size
              * (scene.close()
                  ? near(subject.kind(), h / size)
                  : base(scene.place(), subject, order, h / size, random));
      if (subject.kind() == Kind.DRAWN) {
        Drawn.paint(g, subject.en(), x, base, h, scene, palette, random);
      } else {
        place(g, cast, x, base, h * (.92 + .16 * random.nextDouble()), palette, scene, random);
      }
    }
  }

  /** Returns where the foot of a subject near by stands. */
  private static double near(Kind kind, double height) {
    return switch (kind) {
      case SKY, AIR, UNDER -> .5 + height / 2;
      case HANG -> .1 + height;
      case WATER -> .8;
      default -> .92;
    };
  }

  /** Returns where the foot of a subject stands, as a share of the picture's height. */
  private static double base(
      Place place, Subject subject, int order, double height, SplittableRandom random) {
    double r = random.nextDouble();
    double near = order == 0 ? .9 + .06 * r : .76 + .1 * r;
    return switch (subject.kind()) {
      case AIR, SKY -> Math.max(height + .04, (order == 0 ? .56 : .42) + .14 * r);
      case UNDER -> Math.max(height + .08, .5 + .35 * r);
      case WATER ->
          place == Place.SEA
              ? (order == 0 ? .78 : .64) + .12 * r
              : (order == 0 ? .8 : .7) + .06 * r;
      case HANG -> height + .06 + .2 * r;
      case DRAWN ->
          switch (subject.en()) {
            case "a lighthouse" -> place == Place.SEA ? .72 + .1 * r : .7 + .1 * r;
            case "a bridge" -> .78 + .06 * r;
            case "wild geese" -> .26 + .2 * r;
            case "fireworks" -> .5;
            case "a fishing boat" -> .74 + .08 * r;
            default -> near;
          };
      default ->
          place == Place.INDOORS
              ? .84 + .08 * r
              : place == Place.SPACE ? .6 + .3 * r : place == Place.SEA ? .8 + .1 * r : near;
    };
  }

  /** Draws a sprite with its foot at (x, base), lit, with a shadow or a reflection. */
  private void place(
      Graphics2D g,
      Cast cast,
      double x,
      double base,
      double h,
      Palette palette,
      Scene scene,
      SplittableRandom random) {
    Subject subject = cast.subject();
    SpriteLibrary.Sprite sprite = sprites.one(subject, random);
    double w = Math.min(.94 * size, h * Math.min(1.7, sprite.aspect()));
    h = w / sprite.aspect();
    x = Math.max(w * .42, Math.min(size - w * .42, x));
    boolean flipped = random.nextDouble() < .4 && subject.kind() != Kind.BUILD;
    double headHeight = subject.head() ? h * .62 : h;
    double headWidth = headHeight * sprite.aspect();
    boolean grounded =
        switch (subject.kind()) {
          case SKY, AIR, UNDER, HANG, WATER -> false;
          default -> scene.place() != Place.SPACE;
        };
    if (grounded) {
      g.setColor(Pigment.of(0x101820, .28));
      g.fill(new Ellipse2D.Double(x - w * .42, base - h * .07, w * .84, h * .13));
    }
    int light = subject.glows() ? 0xFFFFFF : Pigment.mix(palette.light(), 0xFFFFFF, .25);
    BufferedImage lit = lit(sprite.atLeast(headHeight), cast.hue(), light);
    if (subject.glows() && scene.time() != Time.DAY && subject.kind() != Kind.SKY) {
      Sky.glow(g, x, base - h * .5, h * .95, 0xFFC860, .55);
    }
    if (subject.kind() == Kind.HANG) {
      g.setColor(Pigment.of(0x3A2A20));
      g.setStroke(new BasicStroke(1.2f));
      g.draw(new Line2D.Double(x, 0, x, base - h * .9));
    }
    if (subject.head()) {
      boolean person = subject.kind() == Kind.PERSON;
      int color =
          person
              ? Pigment.lit(
                  Pigment.oneOf(
                      random, 0xC8483A, 0x3A6AA8, 0x4A8A5A, 0x8A5AA0, 0xE0B040, 0xE8E4DC, 0x38424E),
                  light)
              : Pigment.mix(mean(lit), 0, .08);
      Flora.body(g, x, base - h * .5, base, headHeight, color, person);
    }
    double top = base - h;
    g.drawImage(lit, fit(lit, x, top, headWidth, headHeight, flipped), null);
    if (subject.kind() == Kind.WATER) {
      g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, .22f));
      AffineTransform mirror = new AffineTransform(1, 0, 0, -.7, 0, 1.7 * base - 2);
      mirror.concatenate(fit(lit, x, top, headWidth, headHeight, flipped));
      g.drawImage(lit, mirror, null);
      g.setComposite(AlphaComposite.SrcOver);
      g.setStroke(new BasicStroke(1.5f));
      g.setColor(Pigment.of(Pigment.mix(palette.water(), 0xFFFFFF, .45), .8));
      g.draw(new Line2D.Double(x - w * .55, base - 1, x + w * .55, base - 1));
    }
  }

  private static AffineTransform fit(
      BufferedImage image, double x, double top, double width, double height, boolean flipped) {
    double sx = width / image.getWidth();
    double sy = height / image.getHeight();
    return flipped
        ? new AffineTransform(-sx, 0, 0, sy, x + width / 2, top)
        : new AffineTransform(sx, 0, 0, sy, x - width / 2, top);
  }

  /** Returns a copy in another hue, multiplied by the light. */
  private static BufferedImage lit(BufferedImage sprite, Hue hue, int light) {
    int w = sprite.getWidth();
    int h = sprite.getHeight();
    int[] argb = sprite.getRGB(0, 0, w, h, null, 0, w);
    float[] hsb = new float[3];
    for (int i = 0; i < argb.length; i++) {
      int color = argb[i];
      if (color >>> 24 != 0 && hue != Hue.OWN) {
        Color.RGBtoHSB(color >> 16 & 255, color >> 8 & 255, color & 255, hsb);
        if (hue == Hue.WHITE) {
          color =
              color & 0xFF000000
                  | Color.HSBtoRGB(hsb[0], hsb[1] * .12f, .35f + .65f * hsb[2]) & 0xFFFFFF;
        } else if (hsb[1] > .22f) {
          float value = hue == Hue.YELLOW || hue == Hue.ORANGE ? .45f + .55f * hsb[2] : hsb[2];
          float saturation = hue == Hue.PINK ? hsb[1] * .6f : Math.min(1, .35f + .65f * hsb[1]);
          color = color & 0xFF000000 | Color.HSBtoRGB(hue.hue, saturation, value) & 0xFFFFFF;
        }
      }
      argb[i] = color & 0xFF000000 | Pigment.lit(color & 0xFFFFFF, light);
    }
    BufferedImage out = new BufferedImage(w, h, BufferedImage.TYPE_INT_ARGB);
    out.setRGB(0, 0, w, h, argb, 0, w);
    return out;
  }

  private static int mean(BufferedImage image) {
    long r = 0;
    long g = 0;
    long b = 0;
    int many = 0;
    for (int y = 0; y < image.getHeight(); y += 2) {
      for (int x = 0; x < image.getWidth(); x += 2) {
        int color = image.getRGB(x, y);
        if (color >>> 24 > 200) {
          r += color >> 16 & 255;
          g += color >> 8 & 255;
          b += color & 255;
          many++;
        }
      }
    }
    return many == 0 ? 0x888888 : (int) (r / many) << 16 | (int) (g / many) << 8 | (int) (b / many);
  }

  static int[] pixels(BufferedImage image) {
    return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
  }

  private static Graphics2D graphics(BufferedImage image) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    return g;
  }
}
