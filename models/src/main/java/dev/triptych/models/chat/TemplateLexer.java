package dev.triptych.models.chat;

import dev.triptych.models.chat.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens as Jinja does with {@code trim_blocks} and {@code lstrip_blocks},
 * which is how transformers reads chat templates.
 */
final class TemplateLexer {
  private static final int MOST_WORDS = 2000;
  private static final Pattern OPENING = Pattern.compile("\\{[%{#][-+]?");
  private static final Pattern RAW = Pattern.compile("\\s*raw\\s*(-%\\}\\s*|%\\})");
  private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern REAL =
      Pattern.compile("\\d[\\d_]*(\\.\\d[\\d_]*([eE][+-]?\\d+)?|[eE][+-]?\\d+)");
  private static final Pattern WHOLE = Pattern.compile("\\d[\\d_]*");
  private static final Pattern STRING =
      Pattern.compile(
          "'([^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"",
          Pattern.DOTALL);
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=.,:;|()\\[\\]{}]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int counted;

  private TemplateLexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    return new TemplateLexer(source).run();
  }

  private List<Token> run() {
    Matcher opening = OPENING.matcher(source);
    while (opening.find(at)) {
      char kind = source.charAt(opening.start() + 1);
      char sign = source.charAt(opening.end() - 1);
      addText(opening.start(), sign, kind != '{');
      at = opening.end();
      Matcher raw = RAW.matcher(source).region(at, source.length());
      if (kind == '#') {
        comment();
      } else if (kind == '%' && raw.lookingAt()) {
        at = raw.end();
        raw();
      } else {
        tag(kind == '%');
      }
    }
    addText(source.length(), ' ', false);
    tokens.add(new Token(Kind.END, "the end", line()));
    return tokens;
  }

  private void addText(int end, char sign, boolean tag) {
    String text = source.substring(at, end);
    if (sign == '-') {
      text = text.stripTrailing();
    } else if (sign != '+' && tag) {
      int start = text.lastIndexOf('\n') + 1;
      boolean startsLine = start > 0 || at == 0 || source.charAt(at - 1) == '\n';
      if (startsLine && text.substring(start).isBlank()) {
        text = text.substring(0, start);
      }
    }
    if (!text.isEmpty()) {
      tokens.add(new Token(Kind.TEXT, text, line()));
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateFailure("a comment does not end").at(line());
    }
    char sign = source.charAt(end - 1);
    at = end + 2;
    close(sign, true);
  }

  private void raw() {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(at)) {
      throw new TemplateFailure("raw does not end").at(line());
    }
    addText(end.start(), (end.group(1) + " ").charAt(0), true);
    at = end.end();
    close((end.group(2) + " ").charAt(0), true);
  }

  private void tag(boolean tag) {
    tokens.add(new Token(tag ? Kind.TAG : Kind.OUTPUT, tag ? "{%" : "{{", line()));
    int first = tokens.size();
    int open = 0;
    while (true) {
      skip(SPACE);
      if (at >= source.length()) {
        throw new TemplateFailure("a tag does not end").at(line());
      }
      int signed = "-+".indexOf(source.charAt(at)) >= 0 ? 1 : 0;
      if (open == 0 && source.startsWith(tag ? "%}" : "}}", at + signed)) {
        char sign = source.charAt(at);
        at += signed + 2;
        tokens.add(new Token(tag ? Kind.TAG_END : Kind.OUTPUT_END, tag ? "%}" : "}}", line()));
        close(sign, tag);
        return;
      }
      Token token = expression();
      if (token.kind() == Kind.OPERATOR) {
        open += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
        open = Math.max(open, 0);
      }
      if (tokens.size() - first > MOST_WORDS) {
        throw new TemplateFailure("a tag has more than " + MOST_WORDS + " words").at(line());
      }
      tokens.add(token);
    }
  }

  /** Skips what follows the end of a tag: all white space after a minus, one newline of a tag. */
  private void close(char sign, boolean tag) {
    if (sign == '-') {
      skip(SPACE);
    } else if (sign != '+' && tag && source.startsWith("\n", at)) {
      at++;
    }
  }

  private Token expression() {
    int start = line();
    String text;
    if ((text = take(NAME)) != null) {
      return new Token(Kind.NAME, text, start);
    }
    if ((text = take(REAL)) != null) {
      return new Token(Kind.REAL, text.replace("_", ""), start);
    }
    if ((text = take(WHOLE)) != null) {
      return new Token(Kind.WHOLE, text.replace("_", ""), start);
    }
    if ((text = take(STRING)) != null) {
      return new Token(Kind.STRING, unescaped(text.substring(1, text.length() - 1)), start);
    }
    if ((text = take(OPERATOR)) != null) {
      return new Token(Kind.OPERATOR, text, start);
    }
    throw new TemplateFailure("\"" + source.charAt(at) + "\" has no meaning here").at(start);
  }

  private String take(Pattern pattern) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher.group();
  }

  private void skip(Pattern pattern) {
    take(pattern);
  }

  private int line() {
    for (; counted < Math.min(at, source.length()); counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        plain.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
      switch (escape) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'r' -> plain.append('\r');
        case 'b' -> plain.append('\b');
        case 'f' -> plain.append('\f');
        case '0' -> plain.append('\0');
        case '\n' -> {}
        case '\\', '\'', '"' -> plain.append(escape);
        case 'x', 'u', 'U' -> {
          plain.appendCodePoint(character(text, i + 1, digits));
          i += digits;
        }
        default -> plain.append('\\').append(escape);
      }
    }
    return plain.toString();
  }

  private static int character(String text, int start, int digits) {
    try {
      int value = Integer.parseInt(text.substring(start, start + digits), 16);
      if (Character.isValidCodePoint(value)) {
        return value;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // said below
    }
    throw new TemplateFailure("a string has an escape that is no character");
  }
}
