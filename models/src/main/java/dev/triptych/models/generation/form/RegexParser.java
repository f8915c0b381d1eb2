package dev.triptych.models.generation.form;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads a regular expression as Java and Python write it, as far as it says which whole texts
 * match: no back references, look-around, word boundaries or flags. {@code \d}, {@code \w} and
 * {@code \s} are ASCII, as in Java.
 */
final class RegexParser {

  private final Reader in;

  private RegexParser(String pattern) {
    in = new Reader("regular expression", pattern);
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it is none, or asks for more, saying where
   */
  static Expression parse(String pattern) {
    RegexParser parser = new RegexParser(pattern);
    parser.in.take("^");
    Expression whole = parser.choice();
    if (!parser.in.isOver()) {
      throw parser.in.wrong("a ) has no (");
    }
    return whole;
  }

  private Expression choice() {
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (in.take("|"));
    return parts.size() == 1 ? parts.get(0) : new Expression.Choice(parts);
  }

  private Expression sequence() {
    List<Expression> parts = new ArrayList<>();
    while (!in.isOver() && in.peek() != '|' && in.peek() != ')') {
      if (in.peek() == '$' && in.peek(1) == -1) {
        in.read();
        break;
      }
      parts.add(repeated(part()));
    }
    return new Expression.Sequence(parts);
  }

  private Expression repeated(Expression part) {
    Expression times = in.times(part);
    if (times != part) {
      in.take("?"); // takes less first, but matches the same texts
      if ("*+?{".indexOf(in.peek()) >= 0) {
        throw in.wrong("a repetition follows a repetition; put the first in ( )");
      }
    }
    return times;
  }

  private Expression part() {
    int c = in.read();
    switch (c) {
      case '(':
        return group();
      case '[':
        return new Expression.One(set());
      case '.':
        return new Expression.One(Characters.of('\n', '\n').not());
      case '\\':
        return new Expression.One(escape());
      case '*', '+', '?', '{':
        throw in.wrong("there is nothing before " + Character.toString(c) + " to repeat");
      case '^', '$':
        throw in.wrong(
            "an anchor stands inside; the whole text is matched, so leave it out or write \\"
                + Character.toString(c));
      default:
        return new Expression.One(Characters.of(in.character(c), c));
    }
  }

  private Expression group() {
    if (in.peek() == '?') {
      boolean named = in.take("?P<") || in.peek(1) == '<' && in.peek(2) != '=' && in.peek(2) != '!';
      if (named) {
        while (in.read() != '>') {
          // a group's name means nothing here
        }
      } else if (!in.take("?:")) {
        throw in.wrong("look-around and flags cannot be used; only ( ) and (?: )");
      }
    }
    in.enter();
    Expression inside = choice();
    in.leave();
    in.expect(")");
    return inside;
  }

  private Characters set() {
    boolean negated = in.take("^");
    Characters set = new Characters(List.of());
    boolean first = true;
    while (first || in.peek() != ']') {
      if (in.peek() == '[' || in.peek() == '&' && in.peek(1) == '&') {
        throw in.wrong("[ and && inside [ ] mean different things elsewhere; write \\[ or \\&");
      }
      Characters next = member();
      if (in.peek() == '-' && in.peek(1) != ']' && in.peek(1) != -1) {
        in.read();
        int from = only(next);
        int to = only(member());
        if (to < from) {
          throw in.wrong("a range runs backwards");
        }
        next = Characters.of(from, to);
      }
      set = set.or(next);
      first = false;
    }
    in.read();
    return negated ? set.not() : set;
  }

  private Characters member() {
    int c = in.read();
    return c == '\\' ? escape() : Characters.of(in.character(c), c);
  }

  private int only(Characters one) {
    if (one.ranges().size() != 2 || !one.ranges().get(0).equals(one.ranges().get(1))) {
      throw in.wrong("a range goes from one character to another");
    }
    return one.ranges().get(0);
  }

  private Characters escape() {
    int c = in.read();
    return switch (c) {
      case 'd' -> Characters.DIGITS;
      case 'D' -> Characters.DIGITS.not();
      case 'w' -> Characters.WORD;
      case 'W' -> Characters.WORD.not();
      case 's' -> Characters.SPACE;
      case 'S' -> Characters.SPACE.not();
      case 'p', 'P' -> property(c == 'P');
      case 'x' -> one(in.peek() == '{' ? braced() : in.hex(2));
      case 'u' -> one(in.hex(4));
      case 'n' -> one('\n');
      case 'r' -> one('\r');
      case 't' -> one('\t');
      case 'f' -> one('\f');
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw in.wrong("\\" + Character.toString(c) + " cannot be used");
        }
        yield one(in.character(c));
      }
    };
  }

  private static Characters one(int c) {
    return Characters.of(c, c);
  }

  private int braced() {
    in.expect("{");
    int value = 0;
    while (!in.take("}")) {
      int digit = Character.digit(in.read(), 16);
      value = digit < 0 || value > 0x10FFFF ? 0x110000 : value << 4 | digit;
    }
    return in.character(value);
  }

  /** A property such as {@code \p{L}} or {@code \p{IsHan}}, as Java knows it. */
  private Characters property(boolean negated) {
    StringBuilder name = new StringBuilder();
    if (in.take("{")) {
      while (!in.take("}")) {
        name.appendCodePoint(in.read());
      }
    } else {
      name.appendCodePoint(in.read());
    }
    if (!name.toString().matches("[A-Za-z_=]{1,40}")) {
      throw in.wrong("there is no property " + name);
    }
    try {
      var matcher = Pattern.compile("\\p{" + name + "}").matcher("");
      Characters set = Characters.where(c -> matcher.reset(Character.toString(c)).matches());
      return negated ? set.not() : set;
    } catch (PatternSyntaxException e) {
      throw in.wrong("there is no property " + name);
    }
  }
}
