package dev.triptych.models.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * SentencePiece's table of characters that are replaced: the length of a double array, the array
 * (Darts-clone), then the replacements, each ended by a zero byte.
 *
 * <p>The tokenizers library walks the array without looking at its bounds, so every step must stay
 * inside and every value must be the start of a replacement.
 */
final class Charsmap {
  private static final int LEAF = 1 << 31;
  private static final int HAS_LEAF = 1 << 8;

  private Charsmap() {}

  /**
   * Checks a table in Base64.
   *
   * @throws IllegalArgumentException if a walk through it could leave it
   */
  static void check(String base64) {
    ByteBuffer table;
    try {
      table = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IllegalArgumentException e) {
      throw damaged();
    }
    if (table.remaining() < 4 || base64.length() % 4 != 0) {
      throw damaged();
    }
    long length = Integer.toUnsignedLong(table.getInt());
    if (length % 4 != 0 || length == 0 || length > table.remaining()) {
      throw damaged();
    }
    int[] units = new int[(int) (length / 4)];
    table.asIntBuffer().get(units);
    byte[] texts = new byte[table.remaining() - (int) length];
    table.position(4 + (int) length).get(texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw damaged();
    }
    for (int i = 0; i < units.length; i++) {
      if (i > 0 && (units[i] & LEAF) != 0) { // no step leads to one
        continue;
      }
      int base = i ^ (units[i] >>> 10) << ((units[i] & 1 << 9) >>> 6);
      if (base < 0 || (base | 0xff) >= units.length) {
        throw damaged();
      }
      int value = units[base] & ~LEAF;
      if ((units[i] & HAS_LEAF) != 0
          && (value > texts.length || value < texts.length && (texts[value] & 0xc0) == 0x80)) {
        throw damaged();
      }
    }
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException(
        "its table of characters (precompiled_charsmap) is damaged");
  }
}
