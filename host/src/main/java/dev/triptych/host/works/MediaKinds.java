package dev.triptych.host.works;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Media types by the first bytes of a file, and the file names that people expect for them. */
public final class MediaKinds {
  private static final Map<String, String> EXTENSIONS =
      Map.ofEntries(
          Map.entry("text/plain", "txt"),
          Map.entry("audio/midi", "mid"),
          Map.entry("audio/wav", "wav"),
          Map.entry("image/png", "png"),
          Map.entry("image/jpeg", "jpg"),
          Map.entry("image/tiff", "tif"),
          Map.entry("image/bmp", "bmp"),
          Map.entry("image/webp", "webp"),
          Map.entry("image/gif", "gif"),
          Map.entry("image/svg+xml", "svg"),
          Map.entry("application/safetensors", "safetensors"),
          Map.entry("application/json", "json"));

  private MediaKinds() {}

  /** Returns the extension of a media type, without the dot; {@code bin} for one not known. */
  public static String extension(String mediaType) {
    return EXTENSIONS.getOrDefault(mediaType, "bin");
  }

  /** Returns the media type that the bytes themselves show; empty if none is known. */
  public static Optional<String> sniff(byte[] bytes) {
    if (begins(bytes, 0, "\u0089PNG\r\n")) {
      return Optional.of("image/png");
    }
    if (begins(bytes, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of("image/jpeg");
    }
    if (begins(bytes, 0, "GIF8")) {
      return Optional.of("image/gif");
    }
    if (begins(bytes, 0, "MThd")) {
      return Optional.of("audio/midi");
    }
    if (begins(bytes, 0, "RIFF") && begins(bytes, 8, "WAVE")) {
      return Optional.of("audio/wav");
    }
    if (begins(bytes, 0, "RIFF") && begins(bytes, 8, "WEBP")) {
      return Optional.of("image/webp");
    }
    if (begins(bytes, 0, "II*\0") || begins(bytes, 0, "MM\0*")) {
      return Optional.of("image/tiff");
    }
    if (begins(bytes, 0, "BM")) {
      return Optional.of("image/bmp");
    }
    if (safetensors(bytes)) {
      return Optional.of("application/safetensors");
    }
    Optional<String> text = text(bytes);
    return text.map(t -> SvgLabel.is(t) ? "image/svg+xml" : "text/plain");
  }

  private static boolean begins(byte[] bytes, int at, String latin) {
    byte[] wanted = latin.getBytes(StandardCharsets.ISO_8859_1);
    return bytes.length >= at + wanted.length
        && ByteBuffer.wrap(bytes, at, wanted.length).equals(ByteBuffer.wrap(wanted));
  }

  /** The length of a header, then the header, a JSON object. */
  private static boolean safetensors(byte[] bytes) {
    if (bytes.length < 10 || bytes[8] != '{') {
      return false;
    }
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return header >= 2 && header <= bytes.length - 8;
  }

  /** Returns the bytes as text, if they are some. */
  private static Optional<String> text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
