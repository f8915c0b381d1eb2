package dev.triptych.host.works;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes into a work's own bytes that a model of Triptych made it, and the id of its record.
 *
 * <p>PNG carries an iTXt chunk, MIDI a text meta event, WAV a LIST/INFO chunk. Plain text stays as
 * it is: its record says it. Equal bytes and labels give equal bytes; a label that is there already
 * is replaced. Whatever else the file holds is kept byte by byte.
 */
public final class Labels {
  /** How every label begins. */
  static final String MARK = "Made by a model of Triptych";

  private static final Pattern RECORD = Pattern.compile("Record: ([0-9a-f]{64})");

  private Labels() {}

  /** Returns the text of a label, in English and Chinese. */
  public static String text(String generator, String version, String record) {
    return MARK
        + ", not by a person ("
        + generator
        + " "
        + version
        + "). 由 Triptych 的模型生成，并非人作。Record: "
        + record;
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
      case "audio/midi" -> MidiLabel.write(bytes, text);
      case "audio/wav" -> WavLabel.write(bytes, text);
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
      case "audio/midi" -> MidiLabel.read(bytes);
      case "audio/wav" -> WavLabel.read(bytes);
      default -> Optional.empty();
    };
  }

  /** Returns the id of the record that a label names. */
  public static Optional<String> record(String label) {
    Matcher matcher = RECORD.matcher(label);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
