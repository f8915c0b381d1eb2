package dev.triptych.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Syllables and rhymes of English words, after the CMU Pronouncing Dictionary.
 *
 * <p>The table is a text of lines {@code word syllables rhyme}, where the rhyme is the sounds from
 * the last stressed vowel on; lines that begin with {@code #} are its notice.
 */
final class Pronunciations {
  /**
   * How a word sounds.
   *
   * @param word as it is written inside of a line
   * @param rhyme sounds from the last stressed vowel on
   */
  record Word(String word, int syllables, String rhyme) {}

  private static final int MOST_SYLLABLES = 10;

  private final Map<String, Word> words = new HashMap<>();
  private final List<Word> all = new ArrayList<>();
  private final Map<String, List<Word>> byRhyme = new HashMap<>();

  private Pronunciations() {}

  /** Returns the bundle's table. */
  static Pronunciations load() throws IOException {
    try (InputStream in = Pronunciations.class.getResourceAsStream("pronunciations.txt")) {
      if (in == null) {
        throw new IOException("the bundle lacks its table pronunciations.txt");
      }
      return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    }
  }

  /**
   * Reads a table.
   *
   * @throws IOException if a line has another shape, naming it
   */
  static Pronunciations parse(BufferedReader text) throws IOException {
    Pronunciations table = new Pronunciations();
    int number = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      number++;
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      String[] parts = line.split(" ", -1);
      if (parts.length != 3
          || !parts[0].matches("[A-Za-z']+")
          || !parts[1].matches("[1-9]\\d?")
          || Integer.parseInt(parts[1]) > MOST_SYLLABLES
          || parts[2].isEmpty()) {
        throw new IOException(
            "pronunciations, line " + number + ": wanted a word, its syllables and its rhyme");
      }
      Word word = new Word(parts[0], Integer.parseInt(parts[1]), parts[2]);
      if (table.words.putIfAbsent(word.word.toLowerCase(Locale.ROOT), word) == null) {
        table.all.add(word);
        table.byRhyme.computeIfAbsent(word.rhyme, k -> new ArrayList<>()).add(word);
      }
    }
    return table;
  }

  /** Returns every word, in the table's order. */
  List<Word> all() {
    return all;
  }

  /** Returns a word's sound, however it is capitalized. */
  Optional<Word> find(String word) {
    return Optional.ofNullable(words.get(word.toLowerCase(Locale.ROOT)));
  }

  /** Returns the words that rhyme with this one, itself left out. */
  List<Word> rhymes(Word word) {
    return byRhyme.getOrDefault(word.rhyme, List.of()).stream()
        .filter(w -> !w.word.equalsIgnoreCase(word.word))
        .toList();
  }
}
