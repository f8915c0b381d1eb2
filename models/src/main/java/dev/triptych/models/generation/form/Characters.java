package dev.triptych.models.generation.form;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A set of characters: Unicode code points without surrogates.
 *
 * @param ranges first and last of each range, ascending and apart from each other
 */
record Characters(List<Integer> ranges) {

  static final Characters ALL = new Characters(List.of(0, 0xD7FF, 0xE000, 0x10FFFF));
  static final Characters DIGITS = of('0', '9');
  static final Characters WORD = DIGITS.or(of('A', 'Z')).or(of('_', '_')).or(of('a', 'z'));
  static final Characters SPACE = of('\t', '\r').or(of(' ', ' '));

  static Characters of(int first, int last) {
    return new Characters(List.of(first, last)).and(ALL);
  }

  /** Returns the characters for which something holds. */
  static Characters where(IntPredicate holds) {
    List<Integer> ranges = new ArrayList<>();
    for (int i = 0; i < ALL.ranges.size(); i += 2) {
      int last = ALL.ranges.get(i + 1);
      for (int c = ALL.ranges.get(i); c <= last; c++) {
        if (holds.test(c)) {
          int first = c;
          while (c < last && holds.test(c + 1)) {
            c++;
          }
          ranges.addAll(List.of(first, c));
        }
      }
    }
    return new Characters(List.copyOf(ranges));
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  Characters or(Characters other) {
    return not().and(other.not()).not();
  }

  Characters not() {
    List<Integer> others = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < ranges.size(); i += 2) {
      if (from < ranges.get(i)) {
        others.addAll(List.of(from, ranges.get(i) - 1));
      }
      from = ranges.get(i + 1) + 1;
    }
    if (from <= 0x10FFFF) {
      others.addAll(List.of(from, 0x10FFFF));
    }
    return new Characters(others).and(ALL);
  }

  Characters and(Characters other) {
    List<Integer> both = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < ranges.size() && j < other.ranges.size()) {
      int first = Math.max(ranges.get(i), other.ranges.get(j));
      int last = Math.min(ranges.get(i + 1), other.ranges.get(j + 1));
      if (first <= last) {
        both.addAll(List.of(first, last));
      }
      if (ranges.get(i + 1) < other.ranges.get(j + 1)) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new Characters(List.copyOf(both));
  }

  /**
   * Returns the UTF-8 of the set as sequences of byte ranges, {first, last} of each byte; where one
   * range has several bytes, all that may follow is the same for each of them.
   */
  List<int[][]> utf8() {
    List<int[][]> sequences = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i += 2) {
      split(ranges.get(i), ranges.get(i + 1), sequences);
    }
    return sequences;
  }

  /** Cuts a range where bytes would depend on each other, as RE2 does. */
  private static void split(int first, int last, List<int[][]> sequences) {
    for (int most : new int[] {0x7F, 0x7FF, 0xFFFF}) {
      if (first <= most && most < last) {
        split(first, most, sequences);
        split(most + 1, last, sequences);
        return;
      }
    }
    int length = bytes(last).length;
    for (int i = 1; i < length; i++) {
      int low = (1 << 6 * i) - 1;
      if ((first & ~low) != (last & ~low)) {
        if ((first & low) != 0) {
          split(first, first | low, sequences);
          split((first | low) + 1, last, sequences);
          return;
        } else if ((last & low) != low) {
          split(first, (last & ~low) - 1, sequences);
          split(last & ~low, last, sequences);
          return;
        }
      }
    }
    int[] from = bytes(first);
    int[] to = bytes(last);
    int[][] sequence = new int[length][];
    Arrays.setAll(sequence, i -> new int[] {from[i], to[i]});
    sequences.add(sequence);
  }

  private static int[] bytes(int c) {
    if (c < 0x80) {
      return new int[] {c};
    } else if (c < 0x800) {
      return new int[] {0xC0 | c >> 6, 0x80 | c & 0x3F};
    } else if (c < 0x10000) {
      return new int[] {0xE0 | c >> 12, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F};
    }
    return new int[] {0xF0 | c >> 18, 0x80 | c >> 12 & 0x3F, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F};
  }
}
