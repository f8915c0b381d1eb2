package dev.triptych.models.chat;

/** What is wrong with a template, or with what it was given; {@link ChatTemplate} says it whole. */
final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateFailure(String message) {
    super(message, null, false, false);
  }

  /** Returns the same failure with the line where it happened, unless it has one. */
  TemplateFailure at(int line) {
    return getMessage().startsWith("line ")
        ? this
        : new TemplateFailure("line " + line + ": " + getMessage());
  }

  /** What a template refuses by {@code raise_exception}. */
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1;

    Raised(String message) {
      super(message, null, false, false);
    }
  }
}
