package org.example.bigram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A model of the plugin's own: which word followed which in William Blake's The Tyger (1794). */
public final class Bigrams implements AutoCloseable {
  private static final String END = "\n";

  private final Map<String, List<String>> followers = new HashMap<>();

  private Bigrams() {}

  /** Counts the words of the file {@code words.txt}. */
  public static Bigrams load(Path folder) throws IOException {
    Bigrams model = new Bigrams();
    for (String line : Files.readAllLines(folder.resolve("words.txt"))) {
      String before = END;
      for (String word : line.toLowerCase(Locale.ROOT).split(" ")) {
        model.followers.computeIfAbsent(before, w -> new ArrayList<>()).add(word);
        before = word;
      }
      model.followers.computeIfAbsent(before, w -> new ArrayList<>()).add(END);
    }
    return model;
  }

  /** Samples one line, word after word, beginning with the word given or any first word. */
  public String line(String first, RandomGenerator random) {
    StringBuilder line = new StringBuilder();
    String word = followers.containsKey(first) ? first : next(END, random);
    for (int words = 0; words < 12 && !word.equals(END); words++) {
      line.append(line.length() == 0 ? "" : " ").append(word);
      word = next(word, random);
    }
    return line.toString();
  }

  private String next(String word, RandomGenerator random) {
    List<String> all = followers.get(word);
    return all.get(random.nextInt(all.size()));
  }

  @Override
  public void close() {
    followers.clear();
  }
}
