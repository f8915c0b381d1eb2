package dev.triptych.models.generation;

import dev.triptych.models.language.Continuation;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Continues one row by guessing tokens from what was read before and checking several at once:
 * where a text repeats itself it is faster, and its tokens are those of {@link TokenLoop}.
 *
 * <p>A guess is kept only if it is the very token that the row takes at its place, with the same
 * random number; so draws are not changed either. (Logits of several positions at once may differ
 * from those of one by rounding; only a tie that is nearer than that could fall otherwise.)
 *
 * <p>Source: prompt lookup decoding, Apoorv Saxena, 2023; transformers'
 * PromptLookupCandidateGenerator.
 */
final class PromptLookup {

  private final int guesses;
  private final int longest;
  private final TokenListener listener;
  private final BooleanSupplier cancelled;

  PromptLookup(GenerationConfig config, TokenListener listener, BooleanSupplier cancelled) {
    guesses = config.promptLookupNumTokens();
    longest = config.maxMatchingNgramSize();
    this.listener = listener;
    this.cancelled = cancelled;
  }

  /**
   * Continues a row until it has ended.
   *
   * @param continuation has read the row's tokens
   * @param first logits after them
   */
  List<Generated> run(Continuation continuation, float[] first, Row row) {
    row.take(first, listener);
    while (row.finish() == null) {
      if (cancelled.getAsBoolean()) {
        row.cancel();
        break;
      }
      int read = continuation.length(0);
      int[] guessed = guess(row);
      int[] ids = new int[1 + guessed.length];
      ids[0] = row.last();
      System.arraycopy(guessed, 0, ids, 1, guessed.length);
      float[][] logits = continuation.read(ids);
      int kept = 1;
      row.take(logits[0], listener);
      while (row.finish() == null && kept < ids.length && row.last() == ids[kept]) {
        row.take(logits[kept++], listener);
      }
      continuation.rewind(0, read + kept);
    }
    return List.of(row.result());
  }

  /** Returns the tokens that followed the last place that reads like the end of the row. */
  private int[] guess(Row row) {
    int length = row.length();
    int room = Math.min(guesses, row.left() - 1);
    for (int size = Math.min(longest, length - 1); size > 0 && room > 0; size--) {
      for (int at = length - size - 1; at >= 0; at--) {
        if (equal(row, at, length - size, size)) {
          int from = at + size;
          int[] guess = new int[Math.min(room, length - from)];
          for (int i = 0; i < guess.length; i++) {
            guess[i] = row.id(from + i);
          }
          return guess;
        }
      }
    }
    return new int[0];
  }

  private static boolean equal(Row row, int a, int b, int size) {
    for (int i = 0; i < size; i++) {
      if (row.id(a + i) != row.id(b + i)) {
        return false;
      }
    }
    return true;
  }
}
