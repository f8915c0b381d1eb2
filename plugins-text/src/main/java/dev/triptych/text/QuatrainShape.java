package dev.triptych.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Rhyme and length of the lines of quatrains, the same in every stanza.
 *
 * @param name scheme and syllables, for the poem's record
 * @param couplets whether neighbours rhyme (AABB) rather than alternate lines (ABAB)
 * @param syllables of each line of a stanza, or of the whole poem
 */
record QuatrainShape(String name, boolean couplets, List<Integer> syllables) {
  /** The shapes of hymns and ballads, tetrameter couplets and heroic quatrains. */
  static final List<QuatrainShape> ALL =
      List.of(
          new QuatrainShape("ABAB 8686", false, List.of(8, 6, 8, 6)),
          new QuatrainShape("ABAB 8888", false, List.of(8, 8, 8, 8)),
          new QuatrainShape("AABB 8888", true, List.of(8, 8, 8, 8)),
          new QuatrainShape("ABAB 10", false, List.of(10, 10, 10, 10)));

  /** Returns the shape of stanzas that stand. */
  static QuatrainShape of(List<String> lines, Pronunciations sounds) {
    List<Integer> syllables = new ArrayList<>();
    for (String line : lines) {
      int count = 0;
      for (String word : line.split("[^A-Za-z']+")) {
        count += word.isEmpty() ? 0 : sounds.find(word).map(w -> w.syllables()).orElse(1);
      }
      syllables.add(Math.max(4, count));
    }
    boolean couplets =
        lines.size() >= 4
            && sounds
                .find(EnglishPoet.lastWord(lines.get(0)))
                .flatMap(
                    a ->
                        sounds
                            .find(EnglishPoet.lastWord(lines.get(1)))
                            .filter(b -> a.rhyme().equals(b.rhyme())))
                .isPresent();
    return new QuatrainShape(couplets ? "AABB" : "ABAB", couplets, List.copyOf(syllables));
  }

  /** Returns the syllables of a line of the poem. */
  int syllables(int line) {
    return syllables.get(line % syllables.size());
  }

  /** Returns the line that this one rhymes with. */
  int partner(int line) {
    return couplets ? line ^ 1 : line ^ 2;
  }
}
