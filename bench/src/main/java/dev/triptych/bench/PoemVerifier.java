package dev.triptych.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks 绝句 and 律诗 for lines, length, rhyme and tones, and shares no code with what writes them.
 *
 * <p>It reads the poem's text and the rhyme table as they are. Rules: every even line, and the
 * first where it ends level, in one level-tone rhyme group with no rhyme character twice; other odd
 * lines end oblique; second, fourth and sixth characters alternate (二四六分明), oppose within a couplet
 * (对) and agree across couplets (粘); no three level tones at a line's end (三平尾) and no lone level
 * tone in a line that ends 仄平 (孤平). A character with both tones may be read either way.
 *
 * <p>Usage: {@code PoemVerifier TABLE.tsv POEM.txt…}
 */
public final class PoemVerifier {
  private final Map<String, Set<Boolean>> tones = new HashMap<>();
  private final Map<String, Set<String>> groups = new HashMap<>();

  /**
   * Reads a rhyme table.
   *
   * @param table tab-separated: 平水韵 as character, part, group, tone, source; 新韵 as character,
   *     pinyin, tone number, group, tone
   */
  public PoemVerifier(Path table) throws IOException {
    for (String line : Files.readAllLines(table)) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      String[] f = line.split("\t");
      boolean modern = f[4].equals("平") || f[4].equals("仄") || f[4].equals("轻");
      String tone = modern ? f[4] : f[3];
      String group = modern ? f[3] : f[2];
      if (!tone.equals("轻")) {
        tones.computeIfAbsent(f[0], k -> new HashSet<>()).add(tone.equals("平"));
      }
      if (tone.equals("平") && !group.equals("-")) {
        groups.computeIfAbsent(f[0], k -> new HashSet<>()).add(group);
      }
    }
  }

  /** Checks poems given as files and prints what is wrong with each. */
  public static void main(String[] args) throws IOException {
    PoemVerifier verifier = new PoemVerifier(Path.of(args[0]));
    for (int i = 1; i < args.length; i++) {
      List<String> faults = verifier.faults(Files.readString(Path.of(args[i])));
      System.out.println(args[i] + ": " + (faults.isEmpty() ? "in order" : faults));
    }
  }

  /**
   * Returns what is wrong with a poem; nothing if it is a 绝句 or 律诗 in order.
   *
   * @param text a verse line a line, after an optional title line that begins with {@code # }
   */
  public List<String> faults(String text) {
    List<List<String>> poem = new ArrayList<>();
    for (String line : text.split("\n")) {
      if (!line.startsWith("# ") && !line.isBlank()) {
        poem.add(line.strip().codePoints().mapToObj(Character::toString).toList());
      }
    }
    List<String> faults = new ArrayList<>();
    int length = poem.isEmpty() ? 0 : poem.get(0).size();
    if (poem.size() != 4 && poem.size() != 8) {
      faults.add(poem.size() + " lines");
    }
    if (length != 5 && length != 7 || poem.stream().anyMatch(l -> l.size() != length)) {
      faults.add("line lengths " + poem.stream().map(List::size).toList());
    }
    if (!faults.isEmpty()) {
      return faults;
    }
    rhyme(poem, faults);
    for (int i = 0; i < poem.size(); i++) {
      tonesOf(poem.get(i), i, faults);
      if (i % 2 == 1) {
        relation(poem.get(i - 1), poem.get(i), true, i, faults);
      } else if (i > 0) {
        relation(poem.get(i - 1), poem.get(i), false, i, faults);
      }
    }
    return faults;
  }

  private void rhyme(List<List<String>> poem, List<String> faults) {
    List<String> ends = new ArrayList<>();
    Set<String> common = null;
    for (int i = 1; i < poem.size(); i += 2) {
      String end = last(poem.get(i));
      ends.add(end);
      Set<String> own = groups.getOrDefault(end, Set.of());
      if (common == null) {
        common = new HashSet<>(own);
      }
      common.retainAll(own);
    }
    if (common.isEmpty()) {
      faults.add("even lines end " + ends + ", which share no level rhyme");
    }
    String first = last(poem.get(0));
    if (!may(first, false)) {
      Set<String> own = new HashSet<>(groups.getOrDefault(first, Set.of()));
      own.retainAll(common);
      if (own.isEmpty()) {
        faults.add("line 1 ends level on " + first + " without the rhyme");
      }
      ends.add(first);
    }
    if (new HashSet<>(ends).size() < ends.size()) {
      faults.add("a rhyme character twice in " + ends);
    }
    for (int i = 2; i < poem.size(); i += 2) {
      if (!may(last(poem.get(i)), false)) {
        faults.add("line " + (i + 1) + " ends level");
      }
    }
  }

  private void tonesOf(List<String> line, int index, List<String> faults) {
    int n = line.size();
    for (int i = 1; i + 2 < n; i += 2) { // second against fourth, fourth against sixth
      if (!(may(line.get(i), true) && may(line.get(i + 2), false)
          || may(line.get(i), false) && may(line.get(i + 2), true))) {
        faults.add(
            "line " + (index + 1) + ": characters " + (i + 1) + " and " + (i + 3) + " alike");
      }
    }
    if (line.subList(n - 3, n).stream().noneMatch(c -> may(c, false))) {
      faults.add("line " + (index + 1) + " ends in three level tones");
    }
    boolean kind = !may(line.get(n - 1), false) && !may(line.get(n - 2), true);
    if (kind && !may(line.get(n - 5), true) && !may(line.get(n - 3), true)) {
      faults.add("line " + (index + 1) + " has a lone level tone");
    }
  }

  private void relation(
      List<String> above, List<String> below, boolean opposed, int index, List<String> faults) {
    for (int i = 1; i < above.size() - 1; i += 2) {
      boolean fits = false;
      for (boolean tone : new boolean[] {true, false}) {
        fits |= may(above.get(i), tone) && may(below.get(i), opposed != tone);
      }
      if (!fits) {
        faults.add(
            "line " + (index + 1) + ", character " + (i + 1) + (opposed ? ": no 对" : ": no 粘"));
      }
    }
  }

  private boolean may(String character, boolean level) {
    return tones.getOrDefault(character, Set.of()).contains(level);
  }

  private static String last(List<String> line) {
    return line.get(line.size() - 1);
  }
}
