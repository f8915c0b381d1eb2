package org.example.picturepoem;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads a picture as four bands, the sky first, with nothing but the JDK. */
final class Bands {
  static final int COUNT = 4;

  private static final int SIDE = 64; // the picture is looked at in 64 by 64 points
  private static final int SUBSAMPLED = 512;
  private static final double SECOND = 0.2; // share from which on a second color is named
  private static final double MUCH_DETAIL = 0.06; // mean step of light between neighbours

  private Bands() {}

  /**
   * Reads a picture file.
   *
   * @throws IllegalArgumentException if it is none that can be read
   */
  static List<Band> of(InputStream file) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IllegalArgumentException("the picture cannot be read: give a PNG or a JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        int step = Math.max(1, Math.max(reader.getWidth(0), reader.getHeight(0)) / SUBSAMPLED);
        ImageReadParam sparsely = reader.getDefaultReadParam();
        sparsely.setSourceSubsampling(step, step, 0, 0); // a large picture takes little memory
        return of(reader.read(0, sparsely));
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "the picture cannot be read: it is damaged (" + e.getMessage() + ")", e);
      } finally {
        reader.dispose();
      }
    }
  }

  /** Reads five colors as if they were painted from top to bottom, the lightest first. */
  static List<Band> of(List<String> palette) {
    List<Color> colors = new ArrayList<>(palette.stream().map(Color::decode).toList());
    colors.sort(Comparator.comparingDouble(c -> -light(c.getRGB())));
    BufferedImage stripes = new BufferedImage(1, colors.size(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < colors.size(); y++) {
      stripes.setRGB(0, y, colors.get(y).getRGB());
    }
    return of(stripes);
  }

  static List<Band> of(BufferedImage picture) {
    BufferedImage small = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D paper = small.createGraphics();
    paper.setColor(Color.WHITE); // behind what is transparent
    paper.fillRect(0, 0, SIDE, SIDE);
    paper.drawImage(picture, 0, 0, SIDE, SIDE, null);
    paper.dispose();
    List<Band> bands = new ArrayList<>();
    for (int band = 0; band < COUNT; band++) {
      bands.add(band(small, band * SIDE / COUNT, (band + 1) * SIDE / COUNT));
    }
    return bands;
  }

  private static Band band(BufferedImage small, int from, int to) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    double light = 0;
    double detail = 0;
    for (int y = from; y < to; y++) {
      for (int x = 0; x < SIDE; x++) {
        int rgb = small.getRGB(x, y);
        votes.merge(name(rgb), 1, Integer::sum);
        light += light(rgb);
        detail += x == 0 ? 0 : Math.abs(light(rgb) - light(small.getRGB(x - 1, y)));
        detail += y == from ? 0 : Math.abs(light(rgb) - light(small.getRGB(x, y - 1)));
      }
    }
    int all = (to - from) * SIDE;
    List<String> colors = new ArrayList<>(votes.keySet());
    colors.sort(Comparator.comparingInt(color -> -votes.get(color)));
    boolean second = colors.size() > 1 && votes.get(colors.get(1)) >= SECOND * all;
    colors = colors.subList(0, second ? 2 : 1);
    return new Band(colors, light / all, Math.min(1, detail / (2 * all) / MUCH_DETAIL));
  }

  /** Returns how light a color is, 0 to 1 (ITU-R BT.601). */
  private static double light(int rgb) {
    return (0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255)) / 255;
  }

  /** Returns what people would call a color. */
  static String name(int rgb) {
    float[] hsb = Color.RGBtoHSB(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, null);
    double hue = hsb[0] * 360;
    if (hsb[2] < 0.2) {
      return "black";
    }
    if (hsb[1] < 0.14) {
      return hsb[2] > 0.8 ? "white" : "grey";
    }
    if (hue < 15 || hue >= 340) {
      return hsb[1] < 0.5 && hsb[2] > 0.7 ? "pink" : "red";
    }
    if (hue < 45) {
      return hsb[2] < 0.6 || hsb[1] < 0.35 ? "brown" : "orange";
    }
    if (hue < 165) {
      return hue < 68 ? "yellow" : "green";
    }
    if (hue < 255) {
      return "blue";
    }
    return hue > 300 && hsb[2] > 0.7 ? "pink" : "purple";
  }
}
