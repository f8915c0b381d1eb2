package dev.triptych.training.poem;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Learns byte pair merges over words (Sennrich, Haddow and Birch, 2016): the most frequent pair of
 * neighbours becomes one symbol, again and again; ties go to the pair that sorts first.
 */
final class BpeTrainer {
  private record Pair(String left, String right) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int first = left.compareTo(other.left);
      return first != 0 ? first : right.compareTo(other.right);
    }
  }

  private final List<List<String>> words = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final Map<Pair, Integer> pairs = new HashMap<>();
  private final Map<Pair, Set<Integer>> places = new HashMap<>();

  /**
   * Prepares the words.
   *
   * @param frequencies word → number of times seen
   */
  BpeTrainer(Map<String, Integer> frequencies) {
    frequencies.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            e -> {
              words.add(
                  new ArrayList<>(e.getKey().codePoints().mapToObj(Character::toString).toList()));
              counts.add(e.getValue());
              change(words.size() - 1, 1);
            });
  }

  /** Returns at most so many merges, each two symbols, in the order learned. */
  List<String[]> merges(int most) {
    List<String[]> merges = new ArrayList<>();
    while (merges.size() < most) {
      Pair best = null;
      int bestCount = 1;
      for (Map.Entry<Pair, Integer> e : pairs.entrySet()) {
        int count = e.getValue();
        if (count > bestCount
            || count == bestCount && best != null && e.getKey().compareTo(best) < 0) {
          best = e.getKey();
          bestCount = count;
        }
      }
      if (best == null) {
        break;
      }
      merges.add(new String[] {best.left, best.right});
      for (int word : new LinkedHashSet<>(places.get(best))) {
        change(word, -1);
        join(words.get(word), best);
        change(word, 1);
      }
    }
    return merges;
  }

  private void change(int word, int sign) {
    List<String> symbols = words.get(word);
    for (int i = 0; i + 1 < symbols.size(); i++) {
      Pair pair = new Pair(symbols.get(i), symbols.get(i + 1));
      if (pairs.merge(pair, sign * counts.get(word), Integer::sum) == 0) {
        pairs.remove(pair);
      }
      if (sign > 0) {
        places.computeIfAbsent(pair, p -> new HashSet<>()).add(word);
      }
    }
    if (sign < 0) {
      for (int i = 0; i + 1 < symbols.size(); i++) {
        places.get(new Pair(symbols.get(i), symbols.get(i + 1))).remove(word);
      }
    }
  }

  private static void join(List<String> symbols, Pair pair) {
    for (int i = 0; i + 1 < symbols.size(); i++) {
      if (symbols.get(i).equals(pair.left) && symbols.get(i + 1).equals(pair.right)) {
        symbols.set(i, pair.left + pair.right);
        symbols.remove(i + 1);
      }
    }
  }
}
