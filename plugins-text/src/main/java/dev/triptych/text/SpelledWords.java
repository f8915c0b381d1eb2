package dev.triptych.text;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Words in the order of their letters: which of them begin with letters that stand already. */
final class SpelledWords {

  /**
   * Words that begin alike.
   *
   * @param from index of the first
   * @param to index after the last
   * @param length of the beginning
   */
  record Begun(int from, int to, int length) {}

  private record Spelled(String letters, Pronunciations.Word word) {}

  private final List<Spelled> sorted;

  /**
   * Takes words.
   *
   * @param capital whether they are written with a capital, as a line begins
   */
  SpelledWords(List<Pronunciations.Word> words, boolean capital) {
    sorted =
        words.stream()
            .map(w -> new Spelled(capital ? EnglishLines.capital(w.word()) : w.word(), w))
            .sorted(Comparator.comparing(Spelled::letters))
            .toList();
  }

  /** Returns all words, nothing of them written yet. */
  Begun all() {
    return new Begun(0, sorted.size(), 0);
  }

  /** Returns those that go on with a letter, or null if there are none. */
  Begun next(Begun begun, char letter) {
    int from = first(begun, letter);
    int to = first(begun, (char) (letter + 1));
    return from < to ? new Begun(from, to, begun.length + 1) : null;
  }

  /** Returns the first of those whose next letter is not before one. */
  private int first(Begun begun, char letter) {
    int low = begun.from;
    int high = begun.to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      String letters = sorted.get(middle).letters;
      if (letters.length() <= begun.length || letters.charAt(begun.length) < letter) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns the word that is complete, or null. */
  Pronunciations.Word complete(Begun begun) {
    Spelled first = sorted.get(begun.from);
    return first.letters.length() == begun.length ? first.word : null;
  }

  /** Returns whether one of them is as asked. */
  boolean any(Begun begun, Predicate<Pronunciations.Word> asked) {
    for (int i = begun.from; i < begun.to; i++) {
      if (asked.test(sorted.get(i).word)) {
        return true;
      }
    }
    return false;
  }
}
