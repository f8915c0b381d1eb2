package dev.triptych.training.picture;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A user's own pictures with captions: {@code NAME.png} (or .jpg) beside {@code NAME.txt}.
 *
 * <p>The text holds one or two lines, a caption in English or Chinese or one in each; a caption
 * with a Han character is Chinese. Each picture is cut to its middle square.
 */
public final class CaptionedFolder {
  private static final int LONGEST = 500;

  /** One picture and its captions; with one language only, both hold the same text. */
  public record Entry(Path picture, String en, String zh) {
    /** Returns the middle square of the picture at so many pixels. */
    public BufferedImage read(int size) throws IOException {
      BufferedImage whole = ImageIO.read(picture.toFile());
      if (whole == null) {
        throw new IOException(picture + " is no picture that this program can read");
      }
      int side = Math.min(whole.getWidth(), whole.getHeight());
      int x = (whole.getWidth() - side) / 2;
      int y = (whole.getHeight() - side) / 2;
      BufferedImage out = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
      BufferedImage square = whole.getSubimage(x, y, side, side);
      while (square.getWidth() >= 2 * size) { // halve, so that bilinear drawing sees every pixel
        square =
            drawn(
                square,
                new BufferedImage(
                    square.getWidth() / 2, square.getWidth() / 2, BufferedImage.TYPE_INT_RGB));
      }
      return drawn(square, out);
    }

    private static BufferedImage drawn(BufferedImage from, BufferedImage to) {
      Graphics2D g = to.createGraphics();
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      g.drawImage(from, 0, 0, to.getWidth(), to.getHeight(), null);
      g.dispose();
      return to;
    }
  }

  private CaptionedFolder() {}

  /**
   * Returns the captioned pictures of a folder, by name.
   *
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if a picture has no caption, a caption is unusable, or there
   *     is no picture at all, saying which
   */
  public static List<Entry> read(Path folder) throws IOException {
    List<Path> pictures;
    try (Stream<Path> files = Files.list(folder)) {
      pictures = files.filter(f -> f.toString().matches("(?i).*\\.(png|jpe?g)")).sorted().toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path picture : pictures) {
      String name = picture.getFileName().toString();
      Path text = picture.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
      if (!Files.isRegularFile(text)) {
        throw new IllegalArgumentException(
            picture + " has no caption: write one into " + text.getFileName());
      }
      String[] captions = captions(text.toString(), Files.readAllBytes(text));
      entries.add(new Entry(picture, captions[0], captions[1]));
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException(folder + " holds no NAME.png with its NAME.txt");
    }
    return List.copyOf(entries);
  }

  /** Returns the English and the Chinese caption of a text. */
  static String[] captions(String where, byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(where + " is not UTF-8 text: save it as UTF-8", e);
    }
    List<String> lines =
        text.lines().map(l -> l.replace("\uFEFF", "").strip()).filter(l -> !l.isEmpty()).toList();
    if (lines.isEmpty() || lines.size() > 2) {
      throw new IllegalArgumentException(
          where + " must hold one or two lines, a caption each, but holds " + lines.size());
    }
    String en = null;
    String zh = null;
    for (String line : lines) {
      if (line.length() > LONGEST || line.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            where
                + " must hold captions of at most "
                + LONGEST
                + " characters, no control characters");
      }
      boolean han =
          line.codePoints()
              .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
      if (han ? zh != null : en != null) {
        throw new IllegalArgumentException(
            where + " holds two captions in " + (han ? "Chinese" : "English") + ": keep one");
      }
      if (han) {
        zh = line;
      } else {
        en = line;
      }
    }
    return new String[] {en == null ? zh : en, zh == null ? en : zh};
  }
}
