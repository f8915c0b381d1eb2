package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The label of an SVG: a {@code metadata} element of our own right behind the root's start tag (SVG
 * 2, section 5.8).
 *
 * <p>Only what stands before the root's children is read; the file must be UTF-8, as SVG is unless
 * it says otherwise, and its document type must have no subset.
 */
final class SvgLabel {
  private static final Pattern NAME = Pattern.compile("<((?:[\\w.-]{1,40}:)?)svg(?=[\\s/>])");
  private static final Pattern LABEL =
      Pattern.compile("<((?:[\\w.-]{1,40}:)?)metadata id=\"triptych\">([^<]*+)</\\1metadata>");

  /**
   * The start tag of the root.
   *
   * @param prefix of its name, with the colon, or empty
   * @param end where its children begin
   * @param empty whether it ends with {@code />}
   */
  private record Root(String prefix, int end, boolean empty) {}

  private SvgLabel() {}

  static byte[] write(byte[] svg, String text) throws IOException {
    String whole = decode(svg);
    Root root = root(whole).orElseThrow(SvgLabel::none);
    String label =
        "<%smetadata id=\"triptych\">%s</%1$smetadata>"
            .formatted(root.prefix, XmlText.escape(text));
    String before = whole.substring(0, root.end);
    String after = whole.substring(root.end);
    if (root.empty) { // an empty root gets an end tag
      before = whole.substring(0, root.end - 2) + ">";
      after = "</" + root.prefix + "svg>" + after;
    }
    Matcher old = LABEL.matcher(after);
    return (before + label + (old.lookingAt() ? after.substring(old.end()) : after))
        .getBytes(UTF_8);
  }

  static Optional<String> read(byte[] svg) throws IOException {
    String whole = decode(svg);
    Matcher label = LABEL.matcher(whole.substring(root(whole).orElseThrow(SvgLabel::none).end));
    return label.lookingAt() ? Optional.of(XmlText.unescape(label.group(2))) : Optional.empty();
  }

  /** Returns whether a text is an SVG, by its root. */
  static boolean is(String text) {
    return root(text).isPresent();
  }

  private static IOException none() {
    return new IOException("this is not an SVG: its root is not a whole <svg> tag");
  }

  private static Optional<Root> root(String svg) {
    Matcher name = NAME.matcher(svg);
    name.region(prolog(svg), svg.length());
    if (!name.lookingAt()) {
      return Optional.empty();
    }
    char quote = 0;
    for (int i = name.end(); i < svg.length(); i++) {
      char c = svg.charAt(i);
      if (c == '<' || quote == 0 && c == '/' && !svg.startsWith("/>", i)) {
        return Optional.empty();
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return Optional.of(new Root(name.group(1), i + 1, svg.charAt(i - 1) == '/'));
      }
    }
    return Optional.empty();
  }

  /** Returns where byte order mark, space, declarations, comments and document type end. */
  private static int prolog(String svg) {
    int at = svg.startsWith("\uFEFF") ? 1 : 0;
    while (at < svg.length()) {
      String end =
          svg.startsWith("<?", at)
              ? "?>"
              : svg.startsWith("<!--", at) ? "-->" : svg.startsWith("<!DOCTYPE", at) ? ">" : "";
      int found = end.isEmpty() ? -1 : svg.indexOf(end, at + 2);
      if (found >= 0) {
        at = found + end.length();
      } else if (Character.isWhitespace(svg.charAt(at))) {
        at++;
      } else {
        return at;
      }
    }
    return at;
  }

  private static String decode(byte[] svg) throws IOException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(svg)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("the SVG is not UTF-8", e);
    }
  }
}
