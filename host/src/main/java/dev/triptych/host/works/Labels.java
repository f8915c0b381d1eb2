package dev.triptych.host.works;

import dev.triptych.api.Lineage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes into a work's own bytes that it was made with Triptych and by which model, and the id of
 * its record.
 *
 * <p>PNG carries an iTXt chunk, JPEG and TIFF an XMP packet, MIDI a text meta event, WAV a
 * LIST/INFO chunk. Plain text stays as it is: its record says it. Equal bytes and labels give equal
 * bytes; a label that is there already is replaced. Whatever else the file holds is kept byte by
 * byte.
 */
public final class Labels {
  /** How every label begins. */
  static final String MARK = "Made with Triptych";

  private static final Pattern RECORD = Pattern.compile("Record: ([0-9a-f]{64})");
  private static final String HUB_NAME = "[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*(?:@[\\w.+/-]+)?";
  private static final Pattern HUB_FOLDER =
      Pattern.compile("(?:^|[/\\\\])models--([\\w.-]+?)--([\\w.-]+)");
  private static final int LONGEST_NAME = 100;

  private Labels() {}

  /**
   * Returns the text of a label, in English and Chinese.
   *
   * @param record id of the work's record
   */
  public static String text(Lineage lineage, String record) {
    List<String> models = models(lineage);
    String names = String.join(", ", models);
    String en = models.isEmpty() ? "" : (models.size() == 1 ? " by the model " : " by the models ");
    String zh = models.isEmpty() ? "" : "用模型 " + String.join("、", models) + " ";
    return MARK
        + en
        + names
        + ", not by a person ("
        + lineage.generator()
        + " "
        + lineage.version()
        + "). 由 Triptych "
        + zh
        + "生成，并非人作。Record: "
        + record;
  }

  /** The model that the user named, without the way to it; else those that the generator chose. */
  private static List<String> models(Lineage lineage) {
    String typed = lineage.request().values().getOrDefault("model", "").strip();
    if (lineage.models().isEmpty() || typed.isEmpty()) {
      return lineage.models().keySet().stream().map(Labels::shown).toList();
    }
    Matcher hub = HUB_FOLDER.matcher(typed);
    if (hub.find()) {
      return List.of(shown(hub.group(1) + "/" + hub.group(2)));
    }
    boolean folder = Files.isDirectory(Path.of(typed)) || !typed.matches(HUB_NAME);
    Path name = Path.of(typed).toAbsolutePath().normalize().getFileName();
    return List.of(shown(folder && name != null ? name.toString() : typed));
  }

  /** A name with nothing in it that could be taken for another part of the label. */
  private static String shown(String name) {
    String safe = name.replaceAll("[^\\p{L}\\p{M}\\p{N}._/@+ -]", "_");
    return safe.codePointCount(0, safe.length()) <= LONGEST_NAME
        ? safe
        : safe.substring(0, safe.offsetByCodePoints(0, LONGEST_NAME)) + "…";
  }

  /**
   * Returns the bytes with the label in them, or the same bytes if the media type has no place for
   * one.
   *
   * @throws IOException if the bytes are not of the media type, saying where they go wrong
   */
  public static byte[] write(String mediaType, byte[] bytes, String text) throws IOException {
    return switch (mediaType) {
      case "image/png" -> PngLabel.write(bytes, text);
      case "image/jpeg" -> JpegLabel.write(bytes, text);
      case "image/tiff" -> TiffLabel.write(bytes, text);
      case "audio/midi" -> MidiLabel.write(bytes, text);
      case "audio/wav" -> WavLabel.write(bytes, text);
      case "image/svg+xml" -> SvgLabel.write(bytes, text);
      default -> bytes;
    };
  }

  /**
   * Returns the label in the bytes, if any.
   *
   * @throws IOException if the bytes are not of the media type
   */
  public static Optional<String> read(String mediaType, byte[] bytes) throws IOException {
    return switch (mediaType) {
      case "image/png" -> PngLabel.read(bytes);
      case "image/jpeg" -> JpegLabel.read(bytes);
      case "image/tiff" -> TiffLabel.read(bytes);
      case "audio/midi" -> MidiLabel.read(bytes);
      case "audio/wav" -> WavLabel.read(bytes);
      case "image/svg+xml" -> SvgLabel.read(bytes);
      default -> Optional.empty();
    };
  }

  /** Returns the id of the record that a label names. */
  public static Optional<String> record(String label) {
    Matcher matcher = RECORD.matcher(label);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
