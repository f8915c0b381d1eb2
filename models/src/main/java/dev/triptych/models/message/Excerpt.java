package dev.triptych.models.message;

/** The beginning of what a stranger's file says, fit to stand in a message of one line. */
public final class Excerpt {

  private static final int LONGEST = 160;

  private Excerpt() {}

  /**
   * Returns a text on one line: white space and control characters are spaces, and what is too long
   * ends in an ellipsis.
   */
  public static String of(Object text) {
    String whole = String.valueOf(text);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < whole.length(); ) {
      int character = whole.codePointAt(i);
      boolean shown = !Character.isISOControl(character) && !Character.isWhitespace(character);
      line.appendCodePoint(shown ? character : ' ');
      i += Character.charCount(character);
      if (line.length() >= LONGEST && i < whole.length()) {
        return line.append('…').toString();
      }
    }
    return line.toString();
  }
}
