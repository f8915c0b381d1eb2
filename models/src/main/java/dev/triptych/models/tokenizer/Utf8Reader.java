package dev.triptych.models.tokenizer;

/**
 * Characters from bytes that come one by one.
 *
 * <p>What is no UTF-8 becomes U+FFFD, one for each longest start of a character (Unicode 3.9,
 * "substitution of maximal subparts", as Rust's {@code from_utf8_lossy} does; Java's decoder
 * differs).
 */
final class Utf8Reader {
  private static final char REPLACEMENT = '\uFFFD';

  private int character;
  private int missing;
  private int low;
  private int high;

  /** Takes a byte; adds the characters that are complete. */
  void accept(byte next, StringBuilder text) {
    int value = next & 0xff;
    if (missing > 0) {
      if (value >= low && value <= high) {
        character = character << 6 | value & 0x3f;
        expect(missing - 1, 0x80, 0xbf);
        if (missing == 0) {
          text.appendCodePoint(character);
        }
        return;
      }
      end(text);
    }
    if (value < 0x80) {
      text.append((char) value);
    } else if (value >= 0xc2 && value <= 0xdf) {
      character = value & 0x1f;
      expect(1, 0x80, 0xbf);
    } else if (value >= 0xe0 && value <= 0xef) {
      character = value & 0x0f;
      expect(2, value == 0xe0 ? 0xa0 : 0x80, value == 0xed ? 0x9f : 0xbf);
    } else if (value >= 0xf0 && value <= 0xf4) {
      character = value & 0x07;
      expect(3, value == 0xf0 ? 0x90 : 0x80, value == 0xf4 ? 0x8f : 0xbf);
    } else {
      text.append(REPLACEMENT);
    }
  }

  /** Adds the replacement of a character that was cut. */
  void end(StringBuilder text) {
    if (missing > 0) {
      missing = 0;
      text.append(REPLACEMENT);
    }
  }

  private void expect(int count, int low, int high) {
    missing = count;
    this.low = low;
    this.high = high;
  }
}
