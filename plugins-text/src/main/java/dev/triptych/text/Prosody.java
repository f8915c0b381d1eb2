package dev.triptych.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which characters may stand next in a regulated poem, by the lines that stand already.
 *
 * <p>All tone patterns are open at first; each line that is accepted closes those that it breaks,
 * so that the model's own choice of words picks the pattern. Even lines, and the first where the
 * pattern says so, end in one level-tone rhyme group, no rhyme character twice.
 */
final class Prosody {
  private static final int LEVEL = 1;
  private static final int OBLIQUE = 2;

  private final RhymeBook book;
  private final int length;
  private List<TonePattern> patterns;
  private Set<String> groups;
  private final Set<Integer> rhymes = new HashSet<>();

  /**
   * Opens a poem.
   *
   * @param groups rhyme groups allowed
   */
  Prosody(RhymeBook book, Form form, Set<String> groups) {
    this.book = book;
    this.length = form.characters();
    this.patterns = TonePattern.all(form.lines(), form.characters());
    this.groups = Set.copyOf(groups);
  }

  /**
   * Takes a line as given, in any order.
   *
   * @param index the line's place, from 0
   * @param line code points
   * @return whether the line fits; if not, nothing changes
   */
  boolean accept(int index, int[] line) {
    if (line.length != length) {
      return false;
    }
    int end = line[length - 1];
    Set<String> common = new HashSet<>(groups);
    common.retainAll(book.groups(end));
    List<TonePattern> left = new ArrayList<>();
    for (TonePattern pattern : patterns) {
      TonePattern.Line wanted = pattern.lines().get(index);
      boolean rhymed = !wanted.rhymes() || !common.isEmpty() && !rhymes.contains(end);
      if (rhymed && wanted.tones().stream().anyMatch(tones -> reads(line, length, tones))) {
        left.add(pattern);
      }
    }
    boolean level = left.stream().anyMatch(p -> p.lines().get(index).rhymes());
    if (level) { // a last character of both tones counts as the rhyme that it can be
      left.removeIf(p -> !p.lines().get(index).rhymes());
    }
    if (left.isEmpty()) {
      return false;
    }
    patterns = left;
    if (level) {
      groups = common;
      rhymes.add(end);
    }
    return true;
  }

  private boolean reads(int[] line, int upTo, int tones) {
    for (int i = 0; i < upTo; i++) {
      if (!(TonePattern.level(tones, i) ? book.level(line[i]) : book.oblique(line[i]))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Says which characters may follow the beginning of a line.
   *
   * @param index the line's place, from 0
   * @param begun code points; the first {@code at} of them stand
   */
  Next next(int index, int[] begun, int at) {
    int free = 0;
    int rhyming = 0;
    boolean last = at == length - 1;
    for (TonePattern pattern : patterns) {
      TonePattern.Line line = pattern.lines().get(index);
      for (int tones : line.tones()) {
        if (reads(begun, at, tones)) {
          int tone = TonePattern.level(tones, at) ? LEVEL : OBLIQUE;
          if (last && line.rhymes()) {
            rhyming |= tone;
          } else {
            free |= tone;
          }
        }
      }
    }
    return new Next(free, rhyming);
  }

  /** What may stand at one place. */
  final class Next {
    private final int free;
    private final int rhyming;

    private Next(int free, int rhyming) {
      this.free = free;
      this.rhyming = rhyming;
    }

    /** Returns whether this character may stand here. */
    boolean allows(int character) {
      if ((free & LEVEL) != 0 && book.level(character)
          || (free & OBLIQUE) != 0 && book.oblique(character)) {
        return true;
      }
      return rhyming != 0 && !rhymes.contains(character) && rhymes(character);
    }

    private boolean rhymes(int character) {
      return book.groups(character).stream().anyMatch(groups::contains);
    }
  }

  /** Returns the rhyme groups still possible. */
  Set<String> groups() {
    return groups;
  }

  /** Takes lines given by their place, rhyming ones first, and returns whether all fit together. */
  boolean acceptAll(Map<Integer, int[]> lines) {
    List<Integer> order = new ArrayList<>(new TreeSet<>(lines.keySet()));
    order.sort(Comparator.comparing(i -> i % 2 == 0));
    return order.stream().allMatch(i -> accept(i, lines.get(i)));
  }
}
