package dev.triptych.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Prompts as people give them: on the command line, or {@code -} for standard input. */
final class Prompts {
  /** The longest prompt, in characters. */
  static final int LONGEST = 2_000;

  private static final int MOST_BYTES = 4 * LONGEST + 4_096;

  private Prompts() {}

  /**
   * Returns the prompt, without white space around it.
   *
   * @throws IllegalArgumentException if it is empty, too long, or holds no word or a control
   *     character, worded for the user
   */
  static String read(String argument, InputStream in, Messages messages) throws IOException {
    String prompt = argument.equals("-") ? decode(in.readNBytes(MOST_BYTES), messages) : argument;
    prompt = prompt.replace("\r\n", "\n").strip();
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException(messages.text("prompt.empty"));
    }
    if (prompt.codePointCount(0, prompt.length()) > LONGEST) {
      throw new IllegalArgumentException(messages.text("prompt.long", LONGEST));
    }
    int position = 0;
    boolean words = false;
    for (int c : prompt.codePoints().toArray()) {
      position++;
      boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (Character.isISOControl(c) && c != '\n' && c != '\t' || lone || c == '\ufffd') {
        throw new IllegalArgumentException(
            messages.text("prompt.control", position, String.format("U+%04X", c)));
      }
      words |= Character.isLetterOrDigit(c) || Character.getType(c) == Character.OTHER_SYMBOL;
    }
    if (!words) {
      throw new IllegalArgumentException(messages.text("prompt.wordless"));
    }
    return prompt;
  }

  private static String decode(byte[] bytes, Messages messages) {
    if (bytes.length == MOST_BYTES) {
      throw new IllegalArgumentException(messages.text("prompt.long", LONGEST));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(messages.text("prompt.encoding"), e);
    }
  }
}
