package dev.triptych.host.exhibit;

import java.text.Normalizer;
import java.util.Locale;

/** The part of a folder's name that comes from the prompt. */
final class Slug {
  private static final int LONGEST = 40;

  private Slug() {}

  /** Returns letters and digits of any script, the rest as single hyphens; never empty. */
  static String of(String prompt) {
    String plain = Normalizer.normalize(prompt, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    StringBuilder slug = new StringBuilder();
    for (int c : plain.codePoints().toArray()) {
      if (slug.codePointCount(0, slug.length()) == LONGEST) {
        break;
      }
      if (Character.isLetterOrDigit(c)) {
        slug.appendCodePoint(c);
      } else if (slug.length() > 0 && slug.charAt(slug.length() - 1) != '-') {
        slug.append('-');
      }
    }
    if (slug.length() > 0 && slug.charAt(slug.length() - 1) == '-') {
      slug.setLength(slug.length() - 1);
    }
    return slug.length() == 0 ? "triptych" : slug.toString();
  }
}
