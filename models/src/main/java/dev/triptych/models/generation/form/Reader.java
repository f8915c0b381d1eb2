package dev.triptych.models.generation.form;

import java.util.Arrays;

/** The text of a pattern or a grammar, read character by character. */
final class Reader {

  static final int MOST_DEPTH = 200;
  static final int MOST_TIMES = 10_000;

  private final String what;
  private final int[] text;
  private int at;
  private int depth;

  /**
   * Starts at the beginning.
   *
   * @param what what the text is, for messages
   */
  Reader(String what, String text) {
    this.what = what;
    this.text = text.codePoints().toArray();
  }

  boolean isOver() {
    return at == text.length;
  }

  /** Returns the next character, or -1 at the end. */
  int peek() {
    return isOver() ? -1 : text[at];
  }

  /** Returns the character so many places on, or -1 past the end. */
  int peek(int further) {
    return at + further < text.length ? text[at + further] : -1;
  }

  int read() {
    if (isOver()) {
      throw wrong("it breaks off");
    }
    return text[at++];
  }

  /** Reads a text if it comes next, and returns whether it did. */
  boolean take(String expected) {
    int[] wanted = expected.codePoints().toArray();
    int end = at + wanted.length;
    boolean comes = end <= text.length && Arrays.equals(text, at, end, wanted, 0, wanted.length);
    at = comes ? end : at;
    return comes;
  }

  void expect(String expected) {
    if (!take(expected)) {
      throw wrong("there is no " + expected);
    }
  }

  /** Goes one group deeper. */
  void enter() {
    if (++depth > MOST_DEPTH) {
      throw wrong("its groups are more than " + MOST_DEPTH + " deep");
    }
  }

  void leave() {
    depth--;
  }

  /** Reads so many hexadecimal digits as a character. */
  int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(read(), 16);
      if (digit < 0) {
        throw wrong("a character's number is not hexadecimal");
      }
      value = value << 4 | digit;
    }
    return character(value);
  }

  /** Returns a character's number if it is one. */
  int character(int value) {
    if (value < 0 || value > 0x10FFFF || value >= 0xD800 && value <= 0xDFFF) {
      throw wrong("there is no character of the number " + Integer.toHexString(value));
    }
    return value;
  }

  /** Reads a whole number. */
  int number() {
    int value = 0;
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + read() - '0';
      if (value > MOST_TIMES) {
        throw wrong("a repetition is more than " + MOST_TIMES + " times");
      }
    }
    if (from == at) {
      throw wrong("there is no number");
    }
    return value;
  }

  /** Reads what says how often a part comes, or returns the part. */
  Expression times(Expression part) {
    if (take("*")) {
      return new Expression.Repeat(part, 0, -1);
    } else if (take("+")) {
      return new Expression.Repeat(part, 1, -1);
    } else if (take("?")) {
      return new Expression.Repeat(part, 0, 1);
    } else if (!take("{")) {
      return part;
    }
    int least = peek() == ',' ? 0 : number();
    int most = least;
    if (take(",")) {
      most = peek() == '}' ? -1 : number();
    }
    expect("}");
    if (most >= 0 && most < least) {
      throw wrong("a repetition is at least " + least + " and at most " + most + " times");
    }
    return new Expression.Repeat(part, least, most);
  }

  IllegalArgumentException wrong(String problem) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, text.length); i++) {
      column = text[i] == '\n' ? 1 : column + 1;
      line += text[i] == '\n' ? 1 : 0;
    }
    return new IllegalArgumentException(
        "the %s is wrong at line %d, column %d: %s".formatted(what, line, column, problem));
  }
}
