package dev.triptych.models.tokenizer;

import java.nio.charset.StandardCharsets;

/** The printable characters that stand for bytes in byte-level BPE, as GPT-2 set them. */
final class ByteCharacters {
  private static final short[] BYTES = table();

  private ByteCharacters() {}

  /**
   * Returns the bytes that a token stands for, or its UTF-8 if a character stands for no byte, as
   * added tokens have.
   */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char character = token.charAt(i);
      if (character >= BYTES.length || BYTES[character] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[character];
    }
    return bytes;
  }

  /** Bytes that print stand for themselves, the others for characters from 256 on. */
  private static short[] table() {
    short[] bytes = new short[256 + 68];
    java.util.Arrays.fill(bytes, (short) -1);
    int next = 256;
    for (short value = 0; value < 256; value++) {
      boolean prints =
          value >= '!' && value <= '~'
              || value >= 0xa1 && value <= 0xac
              || value >= 0xae && value <= 0xff;
      bytes[prints ? value : next++] = value;
    }
    return bytes;
  }
}
