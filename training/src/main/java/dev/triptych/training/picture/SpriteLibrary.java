package dev.triptych.training.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * The sprites of each subject, cut to their content, at three sizes for fast drawing.
 *
 * <p>Reads {@code STYLE.tar} with {@code captions.jsonl} and {@code captions-openclipart.jsonl}
 * from the data folder. Twemoji is left out (its licence asks for attribution in every work), and
 * of Open Clip Art only what the list of subjects names by id.
 */
public final class SpriteLibrary {
  private static final Map<String, Double> STYLES =
      Map.of("fluent-3d", 6.0, "fluent-flat", 2.0, "noto", 1.5, "openclipart", 1.0);

  /** One sprite: the whole, a half and a quarter of its size, each with straight alpha. */
  record Sprite(String file, double weight, BufferedImage[] sizes) {
    /** Returns the smallest size that is at least so high. */
    BufferedImage atLeast(double height) {
      for (int i = sizes.length - 1; i > 0; i--) {
        if (sizes[i].getHeight() >= height) {
          return sizes[i];
        }
      }
      return sizes[0];
    }

    double aspect() {
      return sizes[0].getWidth() / (double) sizes[0].getHeight();
    }
  }

  private final Map<String, List<Sprite>> bySubject;

  private SpriteLibrary(Map<String, List<Sprite>> bySubject) {
    this.bySubject = bySubject;
  }

  /**
   * Reads the sprites of the subjects.
   *
   * @param data the folder {@code pictures} of the training data
   * @throws IOException if a file is missing or damaged, or a subject has no sprite
   */
  public static SpriteLibrary load(Path data, List<Subject> subjects) throws IOException {
    Map<String, List<String>> files = new HashMap<>(); // caption name or id → files
    for (String captions : List.of("captions.jsonl", "captions-openclipart.jsonl")) {
      for (String line : Files.readAllLines(data.resolve(captions), StandardCharsets.UTF_8)) {
        JsonNode row = new ObjectMapper().readTree(line);
        String style = row.path("style").asText();
        if (STYLES.containsKey(style)) {
          boolean clipart = style.equals("openclipart");
          String key = clipart ? row.path("id").asText() : row.path("name_en").asText();
          files.computeIfAbsent(key, k -> new ArrayList<>()).add(row.path("file").asText());
        }
      }
    }
    Map<String, byte[]> pngs = new HashMap<>();
    for (String style : STYLES.keySet()) {
      readTar(data.resolve(style + ".tar"), pngs);
    }
    Map<String, List<Sprite>> bySubject = new HashMap<>();
    for (Subject subject : subjects) {
      List<Sprite> sprites = new ArrayList<>();
      for (String name : subject.names()) {
        for (String file : files.getOrDefault(name, List.of())) {
          sprites.add(sprite(file, pngs));
        }
      }
      if (sprites.isEmpty() && subject.kind() != Subject.Kind.DRAWN) {
        throw new IOException("no sprite of " + subject.en() + " in " + data);
      }
      bySubject.put(subject.en(), List.copyOf(sprites));
    }
    return new SpriteLibrary(bySubject);
  }

  Sprite one(Subject subject, SplittableRandom random) {
    List<Sprite> sprites = bySubject.get(subject.en());
    double u = random.nextDouble() * sprites.stream().mapToDouble(Sprite::weight).sum();
    for (Sprite sprite : sprites) {
      u -= sprite.weight();
      if (u < 0) {
        return sprite;
      }
    }
    return sprites.get(sprites.size() - 1);
  }

  private static Sprite sprite(String file, Map<String, byte[]> pngs) throws IOException {
    byte[] png = pngs.get(file);
    if (png == null) {
      throw new IOException(file + " is named in the captions but is not in its tar");
    }
    BufferedImage whole;
    try {
      whole = ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException | RuntimeException e) {
      throw new IOException(file + " is no whole PNG", e);
    }
    if (whole == null) {
      throw new IOException(file + " is no PNG");
    }
    BufferedImage cut = cut(whole);
    BufferedImage half = halve(cut);
    return new Sprite(
        file,
        STYLES.get(file.substring(0, file.indexOf('/'))),
        new BufferedImage[] {cut, half, halve(half)});
  }

  private static BufferedImage cut(BufferedImage image) {
    int left = image.getWidth();
    int right = -1;
    int top = image.getHeight();
    int bottom = -1;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if (image.getRGB(x, y) >>> 24 > 24) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
      }
    }
    return right < 0
        ? image
        : scaled(
            image.getSubimage(left, top, right - left + 1, bottom - top + 1),
            right - left + 1,
            bottom - top + 1);
  }

  private static BufferedImage halve(BufferedImage image) {
    return scaled(image, Math.max(1, image.getWidth() / 2), Math.max(1, image.getHeight() / 2));
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = out.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, width, height, null);
    g.dispose();
    return out;
  }

  /** Reads the files of a tar (ustar, as {@code tar} writes it) into a map by name. */
  static void readTar(Path tar, Map<String, byte[]> into) throws IOException {
    try (InputStream in = new java.io.BufferedInputStream(Files.newInputStream(tar), 1 << 16)) {
      byte[] header = new byte[512];
      while (in.readNBytes(header, 0, 512) == 512 && header[0] != 0) {
        String name = new String(header, 0, 100, StandardCharsets.UTF_8).split("\0", 2)[0];
        String octal =
            new String(header, 124, 12, StandardCharsets.US_ASCII).replace("\0", "").trim();
        int length;
        try {
          length = Integer.parseInt(octal, 8);
        } catch (NumberFormatException e) {
          throw new IOException(
              tar.getFileName() + " is no tar: the size of " + name + " is damaged", e);
        }
        if (length < 0 || length > 1 << 24) {
          throw new IOException(tar.getFileName() + ": " + name + " is too large");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
          throw new EOFException(tar.getFileName() + " ends inside " + name);
        }
        in.readNBytes((512 - length % 512) % 512);
        if (header[156] == '0' || header[156] == 0) {
          into.put(name.startsWith("./") ? name.substring(2) : name, body);
        }
      }
    }
  }
}
