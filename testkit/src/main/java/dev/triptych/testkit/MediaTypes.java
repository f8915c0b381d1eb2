package dev.triptych.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Whether bytes begin as their media type says. */
final class MediaTypes {
  private static final Map<String, String> MAGIC = // ISO-8859-1
      Map.of(
          "image/png", "\u0089PNG\r\n\u001a\n",
          "image/jpeg", "\u00ff\u00d8\u00ff",
          "audio/midi", "MThd",
          "audio/wav", "RIFF",
          "audio/x-wav", "RIFF");

  private MediaTypes() {}

  /** Returns what is wrong, if something is; media types that are not known pass. */
  static Optional<String> mismatch(String mediaType, byte[] bytes) {
    String magic = MAGIC.getOrDefault(mediaType, "");
    String head =
        new String(bytes, 0, Math.min(bytes.length, magic.length()), StandardCharsets.ISO_8859_1);
    if (!head.equals(magic) || mediaType.startsWith("text/") && !isText(bytes)) {
      return Optional.of("the bytes committed as " + mediaType + " are not " + mediaType);
    }
    return Optional.empty();
  }

  private static boolean isText(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().noneMatch(c -> c < 0x20 && c != '\n' && c != '\t' && c != '\r');
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
