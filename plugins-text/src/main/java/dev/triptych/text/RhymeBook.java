package dev.triptych.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Tones and rhyme groups of Chinese characters by one rhyme book: 平水韵 or 中华新韵.
 *
 * <p>A table is a text of lines {@code 平 GROUP CHARACTERS} or {@code 仄 - CHARACTERS}; lines that
 * begin with {@code #} are its notice. A character with both tones stands in lines of both.
 */
final class RhymeBook {
  private static final int LEVEL = 1;
  private static final int OBLIQUE = 2;

  private final byte[] tones = new byte[Character.MAX_CODE_POINT >> 2]; // planes 0 to 3
  private final Map<Integer, Set<String>> groups = new HashMap<>();

  private RhymeBook() {}

  /**
   * Returns the rhyme book of that name.
   *
   * @param name {@code pingshui} or {@code xinyun}
   */
  static RhymeBook load(String name) throws IOException {
    String resource = "rhyme-" + name + ".txt";
    try (InputStream in = RhymeBook.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the bundle lacks its rhyme table " + resource);
      }
      return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), resource);
    }
  }

  /**
   * Reads a table.
   *
   * @throws IOException if a line has another shape, naming the table and the line
   */
  static RhymeBook parse(BufferedReader text, String name) throws IOException {
    RhymeBook book = new RhymeBook();
    int number = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      number++;
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      String[] parts = line.split(" ", -1);
      if (parts.length != 3 || !(parts[0].equals("平") || parts[0].equals("仄"))) {
        throw new IOException(
            "rhyme table "
                + name
                + ", line "
                + number
                + ": wanted a tone (平 or 仄), a group and characters, separated by one space");
      }
      boolean isLevel = parts[0].equals("平");
      parts[2]
          .codePoints()
          .forEach(
              c -> {
                if (c < book.tones.length) {
                  book.tones[c] |= isLevel ? LEVEL : OBLIQUE;
                }
                if (isLevel && !parts[1].equals("-")) {
                  book.groups.computeIfAbsent(c, k -> new TreeSet<>()).add(parts[1]);
                }
              });
    }
    if (book.groups.isEmpty()) {
      throw new IOException("rhyme table " + name + " holds no rhyme groups");
    }
    return book;
  }

  /** Returns whether the character can be read in the level tone, 平. */
  boolean level(int character) {
    return has(character, LEVEL);
  }

  /** Returns whether the character can be read in an oblique tone, 仄. */
  boolean oblique(int character) {
    return has(character, OBLIQUE);
  }

  private boolean has(int character, int tone) {
    return character >= 0 && character < tones.length && (tones[character] & tone) != 0;
  }

  /** Returns every rhyme group. */
  Set<String> groups() {
    Set<String> all = new TreeSet<>();
    groups.values().forEach(all::addAll);
    return all;
  }

  /**
   * Returns what another book's groups become in this one: for each of its groups, which share of
   * its characters rhymes in each group here.
   *
   * @param counts which characters to look at
   */
  Map<String, Map<String, Double>> shares(RhymeBook other, IntPredicate counts) {
    Map<String, Map<String, Double>> shares = new TreeMap<>();
    if (other == this) { // a character of two groups tells nothing then
      groups().forEach(group -> shares.put(group, Map.of(group, 1.0)));
      return shares;
    }
    other.groups.forEach(
        (character, theirs) -> {
          if (counts.test(character)) {
            for (String group : theirs) {
              Map<String, Double> mine = shares.computeIfAbsent(group, g -> new TreeMap<>());
              groups(character).forEach(g -> mine.merge(g, 1.0, Double::sum));
            }
          }
        });
    for (Map<String, Double> mine : shares.values()) {
      double all = mine.values().stream().mapToDouble(n -> n).sum();
      mine.replaceAll((group, n) -> n / all);
    }
    return shares;
  }

  /** Returns the level-tone groups that the character rhymes in; empty if none. */
  Set<String> groups(int character) {
    return groups.getOrDefault(character, Set.of());
  }
}
