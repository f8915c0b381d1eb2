package dev.triptych.host.works;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Media types by the first bytes of a file, and the file names that people expect for them. */
public final class MediaKinds {
  private static final Map<String, String> EXTENSIONS =
      Map.of(
          "text/plain", "txt",
          "audio/midi", "mid",
          "audio/wav", "wav",
          "image/png", "png",
          "image/jpeg", "jpg",
          "image/webp", "webp",
          "image/gif", "gif",
          "image/svg+xml", "svg",
          "application/json", "json");

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
    return text(bytes) ? Optional.of("text/plain") : Optional.empty();
  }

  private static boolean begins(byte[] bytes, int at, String latin) {
    byte[] wanted = latin.getBytes(StandardCharsets.ISO_8859_1);
    return bytes.length >= at + wanted.length
        && ByteBuffer.wrap(bytes, at, wanted.length).equals(ByteBuffer.wrap(wanted));
  }

  private static boolean text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return false;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return bytes.length > 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
