package dev.triptych.bench;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long things took, in boxes whose borders grow by 2 %; it does not grow itself. [any thread]
 */
final class Latencies {
  private static final double RATIO = 1.02;
  private static final double LEAST = 1_000; // nanoseconds

  private final AtomicLongArray boxes = new AtomicLongArray(1_500);

  void add(long nanos) {
    int box = (int) (Math.log(Math.max(nanos, LEAST) / LEAST) / Math.log(RATIO));
    boxes.incrementAndGet(Math.min(box, boxes.length() - 1));
  }

  long count() {
    long count = 0;
    for (int i = 0; i < boxes.length(); i++) {
      count += boxes.get(i);
    }
    return count;
  }

  /** Returns the time in milliseconds that a share of all took at most, to 2 %. */
  double millis(double share) {
    long left = (long) Math.ceil(share * count());
    for (int i = 0; i < boxes.length(); i++) {
      left -= boxes.get(i);
      if (left <= 0) {
        return LEAST * Math.pow(RATIO, i + 1) / 1e6;
      }
    }
    return 0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d: p50 %.2f ms, p99 %.2f ms, longest %.2f ms",
        count(),
        millis(0.5),
        millis(0.99),
        millis(1));
  }
}
