package dev.triptych.host.jobs;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that a mistyped one may have meant, by edit distance. */
public final class NearestNames {
  private static final int SHOWN = 40;
  private static final int SUGGESTED = 3;

  private NearestNames() {}

  /** Returns at most three names, nearest first; all of them if they are no more. */
  public static List<String> of(String typed, Collection<String> names) {
    String word = shown(typed);
    return names.stream()
        .sorted(Comparator.comparingInt((String name) -> distance(word, name)))
        .limit(SUGGESTED)
        .toList();
  }

  /** Returns a half sentence with the nearest names. */
  public static String hint(String typed, Collection<String> names) {
    return "the nearest: " + String.join(", ", of(typed, names));
  }

  /**
   * Returns what was typed, cut to a length that fits in a sentence, without control characters.
   */
  public static String shown(String typed) {
    String plain = typed.replaceAll("\\p{Cntrl}", " ");
    return plain.length() > SHOWN ? plain.substring(0, SHOWN) + "…" : plain;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
