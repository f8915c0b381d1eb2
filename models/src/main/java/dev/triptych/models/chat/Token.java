package dev.triptych.models.chat;

/**
 * A piece of a template.
 *
 * @param text a text, name or operator as written, or a string without quotes and escapes
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    TEXT,
    NAME,
    STRING,
    WHOLE,
    REAL,
    OPERATOR,
    /** Opens <code>{%</code>. */
    TAG,
    /** Closes a tag. */
    TAG_END,
    /** Opens <code>{{</code>. */
    OUTPUT,
    /** Closes an output. */
    OUTPUT_END,
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }
}
