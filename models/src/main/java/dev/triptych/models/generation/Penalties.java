package dev.triptych.models.generation;

import dev.triptych.models.sampling.LogitsProcessor;
import java.util.Arrays;
import java.util.List;

/**
 * The processors of transformers that hold for every way of decoding: what occurred, and what is
 * forbidden.
 *
 * <p>Source: {@code transformers/generation/logits_process.py}, 4.53.
 */
public final class Penalties {

  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private Penalties() {}

  /** Divides positive and multiplies negative logits of tokens that occurred. */
  public static LogitsProcessor repetition(double penalty) {
    float factor = (float) penalty;
    return (ids, length, logits) -> {
      boolean[] seen = new boolean[logits.length];
      for (int i = 0; i < length; i++) {
        if (ids[i] < logits.length && !seen[ids[i]]) {
          seen[ids[i]] = true;
          float logit = logits[ids[i]];
          logits[ids[i]] = logit < 0 ? logit * factor : logit / factor;
        }
      }
    };
  }

  /** Forbids tokens that would end a run of {@code size} tokens which occurred before. */
  public static LogitsProcessor noRepeatNgram(int size) {
    return (ids, length, logits) -> {
      int tail = length - size + 1; // where the run begins that the next token ends
      for (int i = 0; i < tail; i++) {
        if (Arrays.equals(ids, i, i + size - 1, ids, tail, length)) {
          logits[ids[i + size - 1]] = NEVER;
        }
      }
    };
  }

  /**
   * Forbids runs of tokens; a run that is one end token is left alone.
   *
   * @param ends tokens that end a text
   */
  public static LogitsProcessor badWords(List<List<Integer>> words, int... ends) {
    List<int[]> runs =
        words.stream()
            .map(word -> word.stream().mapToInt(Integer::intValue).toArray())
            .filter(run -> run.length > 1 || !contains(ends, run[0]))
            .toList();
    return (ids, length, logits) -> {
      for (int[] run : runs) {
        int before = run.length - 1;
        if (run[before] >= logits.length) {
          throw new IllegalArgumentException(
              "bad_words_ids holds " + run[before] + ", but the model has " + logits.length);
        }
        // transformers passes over runs that are longer than all that was read
        if (before == 0
            || run.length <= length
                && Arrays.equals(run, 0, before, ids, length - before, length)) {
          logits[run[before]] = NEVER;
        }
      }
    };
  }

  /** Forbids end tokens while there are fewer tokens than so many. */
  public static LogitsProcessor minLength(int least, int... ends) {
    return (ids, length, logits) -> {
      if (length < least) {
        forbid(logits, ends);
      }
    };
  }

  /** Forbids tokens everywhere. */
  public static LogitsProcessor suppress(int... tokens) {
    return (ids, length, logits) -> forbid(logits, tokens);
  }

  /** Forbids tokens at one position. */
  public static LogitsProcessor suppressAt(int position, int... tokens) {
    return (ids, length, logits) -> {
      if (length == position) {
        forbid(logits, tokens);
      }
    };
  }

  /** Allows nothing but these tokens at one position. */
  public static LogitsProcessor forcedAt(int position, int... tokens) {
    return (ids, length, logits) -> {
      if (length == position) {
        Arrays.fill(logits, NEVER);
        for (int token : tokens) {
          logits[token] = 0;
        }
      }
    };
  }

  private static void forbid(float[] logits, int[] tokens) {
    for (int token : tokens) {
      if (token < logits.length) {
        logits[token] = NEVER;
      }
    }
  }

  static boolean contains(int[] ids, int id) {
    for (int each : ids) {
      if (each == id) {
        return true;
      }
    }
    return false;
  }
}
