package dev.triptych.models.generation.form;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a grammar in GBNF, as llama.cpp's users write it: {@code name ::= "text" [a-z] rule ( … | …
 * ) * + ? {m,n} . # comment}; the text is what {@code root} says.
 *
 * <p>Source: {@code grammars/README.md} of llama.cpp. Its tokens in angle brackets are left out.
 */
final class GrammarParser {

  private final Reader in;
  private final Map<String, Expression> rules = new LinkedHashMap<>();

  private GrammarParser(String grammar) {
    in = new Reader("grammar", grammar);
  }

  /**
   * Parses a grammar.
   *
   * @return its rules by name
   * @throws IllegalArgumentException if it is none, saying where
   */
  static Map<String, Expression> parse(String grammar) {
    GrammarParser parser = new GrammarParser(grammar);
    parser.space(true);
    while (!parser.in.isOver()) {
      parser.rule();
    }
    if (!parser.rules.containsKey("root")) {
      throw new IllegalArgumentException("the grammar has no rule root; write one: root ::= …");
    }
    return parser.rules;
  }

  private void rule() {
    String name = name();
    space(false);
    in.expect("::=");
    space(true);
    Expression choice = choice(false);
    if (rules.put(name, choice) != null) {
      throw in.wrong("the rule " + name + " is written twice");
    }
    space(true);
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    while (isName(in.peek())) {
      name.appendCodePoint(in.read());
    }
    if (name.isEmpty()) {
      throw in.wrong("there is no rule's name");
    }
    return name.toString();
  }

  private static boolean isName(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_';
  }

  /** Passes over blanks and comments, and over ends of lines where a rule goes on after them. */
  private void space(boolean lines) {
    while (true) {
      int c = in.peek();
      if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
        in.read();
      } else if (c == '#') {
        while (!in.isOver() && in.peek() != '\n') {
          in.read();
        }
      } else {
        return;
      }
    }
  }

  private Expression choice(boolean inside) {
    List<Expression> parts = new ArrayList<>();
    do {
      space(true);
      parts.add(sequence(inside));
    } while (in.take("|"));
    return parts.size() == 1 ? parts.get(0) : new Expression.Choice(parts);
  }

  private Expression sequence(boolean inside) {
    List<Expression> parts = new ArrayList<>();
    while (true) {
      int c = in.peek();
      if (c == '"' || c == '[' || c == '.' || c == '(' || isName(c)) {
        parts.add(repeated(part()));
        space(inside);
      } else if ((c == '\n' || c == '\r') && barFollows()) {
        space(true);
      } else if (c == -1 || c == '\n' || c == '\r' || c == '|' || c == ')' && inside) {
        return new Expression.Sequence(parts);
      } else {
        throw in.wrong("there is " + Character.toString(c) + " where a rule goes on or ends");
      }
    }
  }

  /** Returns whether the next thing after these ends of lines, blanks and comments is a bar. */
  private boolean barFollows() {
    int at = 0;
    while (" \t\r\n#".indexOf(in.peek(at)) >= 0 && in.peek(at) != -1) {
      boolean comment = in.peek(at) == '#';
      at++;
      while (comment && in.peek(at) != '\n' && in.peek(at) != -1) {
        at++;
      }
    }
    return in.peek(at) == '|';
  }

  private Expression repeated(Expression part) {
    Expression times = in.times(part);
    return times == part ? part : repeated(times);
  }

  private Expression part() {
    if (in.take("(")) {
      in.enter();
      Expression inside = choice(true);
      in.leave();
      space(true);
      in.expect(")");
      return inside;
    } else if (in.take("\"")) {
      StringBuilder text = new StringBuilder();
      while (!in.take("\"")) {
        text.appendCodePoint(character());
      }
      return Expression.text(text.toString());
    } else if (in.take("[")) {
      return new Expression.One(set());
    } else if (in.take(".")) {
      return new Expression.One(Characters.ALL);
    }
    return new Expression.Rule(name());
  }

  private Characters set() {
    boolean negated = in.take("^");
    Characters set = new Characters(List.of());
    while (!in.take("]")) {
      int from = character();
      int to = from;
      if (in.peek() == '-' && in.peek(1) != ']') {
        in.read();
        to = character();
      }
      if (to < from) {
        throw in.wrong("a range runs backwards");
      }
      set = set.or(Characters.of(from, to));
    }
    return negated ? set.not() : set;
  }

  private int character() {
    int c = in.read();
    if (c != '\\') {
      return in.character(c);
    }
    int escaped = in.read();
    return switch (escaped) {
      case 'x' -> in.hex(2);
      case 'u' -> in.hex(4);
      case 'U' -> in.hex(8);
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'n' -> '\n';
      case '\\', '"', '[', ']' -> escaped;
      default -> throw in.wrong("\\" + Character.toString(escaped) + " means nothing");
    };
  }
}
