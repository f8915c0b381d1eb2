package dev.triptych.models.language;

/** What ids a model can read. */
final class TokenIds {

  private TokenIds() {}

  /**
   * Refuses ids that the model does not know, or more than a row holds after those before.
   *
   * @throws IllegalArgumentException saying which
   */
  static void require(int[] ids, long before, int context, int vocabulary) {
    if (before + ids.length > context) {
      throw new IllegalArgumentException(
          "%d tokens are more than the %d that the model can hold; shorten the text"
              .formatted(before + ids.length, context));
    }
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException("token " + id + " is none of the model's " + vocabulary);
      }
    }
  }
}
