package dev.triptych.training.lm;

import java.util.Arrays;
import java.util.List;

/**
 * The baseline that a model must beat: counts of three tokens in a row, interpolated with two, one
 * and an even spread by the rule of Witten and Bell (Chen and Goodman, 1998, method C).
 */
public final class Trigram {

  private static final int BITS = 20;

  /** Distinct runs of tokens in order, and how many occurrences come before each. */
  private record Counts(long[] runs, long[] before) {
    static Counts of(long[] all, int length) {
      Arrays.sort(all, 0, length);
      long[] runs = new long[length];
      long[] before = new long[length + 1];
      int distinct = 0;
      for (int i = 0; i < length; i++) {
        if (i == 0 || all[i] != all[i - 1]) {
          before[distinct] = i;
          runs[distinct++] = all[i];
        }
      }
      before[distinct] = length;
      return new Counts(Arrays.copyOf(runs, distinct), Arrays.copyOf(before, distinct + 1));
    }

    /** Returns the index of the first run that is not less. */
    int from(long run) {
      int at = Arrays.binarySearch(runs, run);
      return at >= 0 ? at : -at - 1;
    }

    /** Returns the smoothed probability of a token after a context, given that of a shorter one. */
    double probability(long context, int id, double lower) {
      int first = from(context << BITS);
      int last = from(context + 1 << BITS);
      long total = before[last] - before[first];
      if (total == 0) {
        return lower;
      }
      int at = Arrays.binarySearch(runs, first, last, context << BITS | id);
      long count = at < 0 ? 0 : before[at + 1] - before[at];
      int kinds = last - first;
      return (count + kinds * lower) / (total + kinds);
    }
  }

  private final int vocab;
  private final Counts[] orders = new Counts[3];

  private Trigram(int vocab) {
    this.vocab = vocab;
  }

  /**
   * Counts sequences, all their tokens.
   *
   * @param vocab ids from 0, at most 2^20
   */
  public static Trigram of(int vocab, Iterable<Corpus.Sample> samples) {
    if (vocab < 1 || vocab > 1 << BITS) {
      throw new IllegalArgumentException("a trigram needs from 1 to 2^20 tokens, not " + vocab);
    }
    Trigram trigram = new Trigram(vocab);
    for (int order = 0; order < 3; order++) {
      long[] runs = new long[1 << 16];
      int length = 0;
      for (Corpus.Sample sample : samples) {
        for (int i = Math.max(1, order); i < sample.ids().length; i++) {
          if (length == runs.length) {
            runs = Arrays.copyOf(runs, 2 * length);
          }
          runs[length++] = context(sample.ids(), i, order) << BITS | sample.ids()[i];
        }
      }
      trigram.orders[order] = Counts.of(runs, length);
    }
    return trigram;
  }

  private static long context(int[] ids, int at, int order) {
    long context = 0;
    for (int i = at - order; i < at; i++) {
      context = context << BITS | ids[i];
    }
    return context;
  }

  /**
   * Returns the natural logarithm of the probability of the token at a place after those before.
   */
  public double logProbability(int[] ids, int at) {
    double probability = 1.0 / vocab;
    for (int order = 0; order <= Math.min(2, at); order++) {
      probability = orders[order].probability(context(ids, at, order), ids[at], probability);
    }
    return Math.log(probability);
  }

  /** Returns the mean loss, in nats a counted token, as {@link Perplexity#loss} does. */
  public double loss(List<Corpus.Sample> samples) {
    double sum = 0;
    long count = 0;
    for (Corpus.Sample sample : samples) {
      for (int i = 1; i < sample.ids().length; i++) {
        if (sample.counted()[i]) {
          sum -= logProbability(sample.ids(), i);
          count++;
        }
      }
    }
    return sum / count;
  }
}
