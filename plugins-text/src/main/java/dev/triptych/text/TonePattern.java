package dev.triptych.text;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the four tone patterns of regulated verse (近体诗): 仄起 or 平起, first line rhyming or not.
 *
 * <p>Second, fourth and sixth characters are fixed, first and third (and fifth) are free, but never
 * so that a line ends in three level tones (三平尾), that a rhyming line of the kind 平平仄仄平 keeps but
 * one level tone beside its rhyme (孤平), or that 平平仄仄 at the end becomes 仄仄仄. Couplets stand opposed
 * (对) and are joined by like second characters (粘). After Wang Li, 诗词格律.
 *
 * @param lines every line, in order
 */
record TonePattern(List<Line> lines) {

  /**
   * A line's tones.
   *
   * @param tones each allowed sequence; bit i set where character i is level
   * @param rhymes whether the line ends in the rhyme
   */
  record Line(List<Integer> tones, boolean rhymes) {}

  private static final String OBLIQUE_START = "?仄?平仄";
  private static final String OBLIQUE_START_RHYMING = "?仄仄平平";
  private static final String LEVEL_START = "?平平仄仄";
  private static final String LEVEL_START_RHYMING = "?平?仄平";

  /**
   * Returns the four patterns.
   *
   * @param lines 4 or 8
   * @param length characters of a line, 5 or 7
   */
  static List<TonePattern> all(int lines, int length) {
    List<TonePattern> all = new ArrayList<>();
    for (boolean obliqueStart : new boolean[] {true, false}) {
      for (boolean firstRhymes : new boolean[] {false, true}) {
        List<Line> pattern = new ArrayList<>();
        boolean oblique = obliqueStart;
        for (int i = 0; i < lines; i++) {
          boolean rhymes = i % 2 == 1 || i == 0 && firstRhymes;
          pattern.add(line(oblique, rhymes, length));
          oblique = i % 2 == 0 ? !oblique : oblique; // opposed within a couplet, alike across
        }
        all.add(new TonePattern(List.copyOf(pattern)));
      }
    }
    return all;
  }

  private static Line line(boolean oblique, boolean rhymes, int length) {
    String shape =
        oblique
            ? rhymes ? OBLIQUE_START_RHYMING : OBLIQUE_START
            : rhymes ? LEVEL_START_RHYMING : LEVEL_START;
    if (length == 7) {
      shape = (oblique ? "?平" : "?仄") + shape; // two more in front, the first free
    }
    int third = length - 5;
    List<Integer> tones = new ArrayList<>();
    for (int bits = 0; bits < 1 << length; bits++) {
      boolean lonely =
          shape.endsWith(LEVEL_START_RHYMING) && !level(bits, third) && !level(bits, third + 2);
      if (fits(shape, bits) && !lonely) {
        tones.add(bits);
      }
    }
    return new Line(List.copyOf(tones), rhymes);
  }

  private static boolean fits(String shape, int bits) {
    for (int i = 0; i < shape.length(); i++) {
      if (shape.charAt(i) != '?' && (shape.charAt(i) == '平') != level(bits, i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether character i is level in a sequence of tones. */
  static boolean level(int tones, int i) {
    return (tones >> i & 1) == 1;
  }
}
