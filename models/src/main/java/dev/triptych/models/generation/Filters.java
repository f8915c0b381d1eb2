package dev.triptych.models.generation;

import dev.triptych.models.sampling.LogitsProcessor;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The processors of transformers that shape a draw: which tokens take part, and how evenly.
 *
 * <p>Source: {@code transformers/generation/logits_process.py}, 4.53. The least number of tokens
 * kept is 1, but one more than there are end tokens for drawn beams.
 */
public final class Filters {

  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private Filters() {}

  /** Divides logits, so that a draw is bolder above 1 and safer below. */
  public static LogitsProcessor temperature(double temperature) {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ", but must be more than 0; set do_sample to false");
    }
    float divisor = (float) temperature;
    return (ids, length, logits) -> {
      for (int i = 0; i < logits.length; i++) {
        logits[i] /= divisor;
      }
    };
  }

  /** Keeps so many likeliest tokens, and those as likely as the last of them. */
  public static LogitsProcessor topK(int count, int least) {
    int kept = Math.max(count, least);
    return (ids, length, logits) -> {
      if (kept < logits.length) {
        float floor = greatest(logits, kept);
        keep(logits, i -> !(logits[i] < floor));
      }
    };
  }

  /** Returns the number that so many others reach or pass, itself counted, by a heap of them. */
  static float greatest(float[] numbers, int count) {
    float[] heap = Arrays.copyOf(numbers, count); // the least is the root
    Arrays.sort(heap);
    for (int i = count; i < numbers.length; i++) {
      if (numbers[i] > heap[0]) {
        sink(heap, numbers[i]);
      }
    }
    return heap[0];
  }

  private static void sink(float[] heap, float number) {
    int at = 0;
    while (2 * at + 1 < heap.length) {
      int child = 2 * at + 1;
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (number <= heap[child]) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = number;
  }

  /** Keeps the fewest likeliest tokens whose probabilities reach a sum. */
  public static LogitsProcessor topP(double sum, int least) {
    float rest = (float) (1 - sum);
    return (ids, length, logits) -> {
      double[] odds = softmax(logits);
      // Whatever is below an even share of the rest goes anyway, and need not be sorted.
      double share = rest / (double) logits.length;
      double gone = 0;
      int small = 0;
      for (double each : odds) {
        gone += each < share ? each : 0;
        small += each < share ? 1 : 0;
      }
      int most = logits.length - least;
      int[] order = ascending(odds, share);
      int removed = Math.min(small, most);
      boolean[] kept = new boolean[logits.length];
      for (int i : order) {
        gone += odds[i];
        kept[i] = removed >= most || (float) gone > rest;
        removed += kept[i] ? 0 : 1;
      }
      keep(logits, i -> kept[i]);
    };
  }

  /** Keeps tokens with at least a share of the likeliest one's probability. */
  public static LogitsProcessor minP(double share, int least) {
    return (ids, length, logits) -> {
      double[] odds = softmax(logits);
      float floor = (float) share * (float) Arrays.stream(odds).max().orElse(0);
      boolean[] kept = new boolean[logits.length];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = (float) odds[i] >= floor;
      }
      float most = greatest(logits, Math.min(least, logits.length));
      keep(logits, i -> kept[i] || logits[i] >= most);
    };
  }

  /** Keeps the tokens whose surprise is nearest to the mean until their probabilities reach it. */
  public static LogitsProcessor typicalP(double mass, int least) {
    if (!(mass > 0 && mass <= 1)) {
      throw new IllegalArgumentException(
          "typical_p is " + mass + ", but must be more than 0 and at most 1");
    }
    return (ids, length, logits) -> {
      double[] odds = softmax(logits);
      double entropy =
          Arrays.stream(odds).filter(each -> each > 0).map(each -> -each * Math.log(each)).sum();
      double[] distance = new double[odds.length];
      Arrays.setAll(distance, i -> (float) Math.abs(-Math.log(odds[i]) - entropy));
      int[] order = ascending(distance, 0);
      if (order.length == 0) { // no token is left
        return;
      }
      double sum = 0;
      int last = 0;
      for (int i : order) {
        sum += odds[i];
        last += (float) sum < (float) mass ? 1 : 0;
      }
      double farthest = distance[order[Math.min(last, order.length - 1)]];
      boolean[] kept = new boolean[odds.length];
      for (int rank = 0; rank < order.length; rank++) {
        kept[order[rank]] = rank < least || distance[order[rank]] <= farthest;
      }
      keep(logits, i -> kept[i]);
    };
  }

  /** Keeps tokens that are at least so likely. */
  public static LogitsProcessor epsilon(double cutoff, int least) {
    return (ids, length, logits) -> atLeast(logits, softmax(logits), cutoff, least);
  }

  /** Keeps tokens that are so likely as the entropy asks: the less certain, the less. */
  public static LogitsProcessor eta(double epsilon, int least) {
    return (ids, length, logits) -> {
      double[] odds = softmax(logits);
      double entropy =
          Arrays.stream(odds).filter(each -> each > 0).map(each -> -each * Math.log(each)).sum();
      double cutoff = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropy));
      atLeast(logits, odds, cutoff, least);
    };
  }

  private static void atLeast(float[] logits, double[] odds, double cutoff, int least) {
    float floor = greatest(logits, Math.min(least, logits.length));
    keep(logits, i -> !((float) odds[i] < (float) cutoff && logits[i] < floor));
  }

  /** Makes the scores log-probabilities. */
  public static LogitsProcessor normalized() {
    return (ids, length, logits) -> logSoftmax(logits);
  }

  /** Returns the probabilities of logits. */
  static double[] softmax(float[] logits) {
    double max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] odds = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < odds.length; i++) {
      odds[i] = logits[i] == NEVER ? 0 : Math.exp(logits[i] - max);
      sum += odds[i];
    }
    for (int i = 0; i < odds.length; i++) {
      odds[i] /= sum;
    }
    return odds;
  }

  /** Turns logits into natural logarithms of their probabilities. */
  static void logSoftmax(float[] logits) {
    double max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += logit == NEVER ? 0 : Math.exp(logit - max);
    }
    double shift = max + Math.log(sum);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (logits[i] - shift);
    }
  }

  /** Returns the positions of numbers from a floor on, the least first, equals in order. */
  private static int[] ascending(double[] numbers, double floor) {
    long[] coded =
        IntStream.range(0, numbers.length)
            .filter(i -> numbers[i] >= floor)
            .mapToLong(i -> ((long) Float.floatToIntBits((float) numbers[i]) << 32) | i)
            .toArray(); // bits of floats that are not negative are in their order
    Arrays.sort(coded);
    return Arrays.stream(coded).mapToInt(code -> (int) code).toArray();
  }

  private static void keep(float[] logits, IntPredicate kept) {
    for (int i = 0; i < logits.length; i++) {
      if (!kept.test(i)) {
        logits[i] = NEVER;
      }
    }
  }
}
