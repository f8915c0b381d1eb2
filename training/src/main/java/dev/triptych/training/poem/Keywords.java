package dev.triptych.training.poem;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws the words that stand for a poem's theme.
 *
 * <p>Chinese: pairs of characters where a metrical word can stand (positions 1–2, 3–4 and 4–5 of
 * five; 1–2, 3–4, 5–6 and 6–7 of seven) whose pointwise mutual information over the corpus is high,
 * and single characters that carry meaning. English: small-written words of at least three letters
 * that stand in few poems.
 */
final class Keywords {
  private static final int LEAST_SEEN = 8;
  private static final double LEAST_INFORMATION = 2.0;
  private static final double COMMON = 0.04;
  private static final String EMPTY_CHARACTERS =
      "不无有一人来自何是为之我此谁如相犹更得已未可若与君子所今今时日上下中大小又还却只亦最尽几多少其于以而莫休应须知见看闻能欲将从对向在到去归行出入生成"
          + "似同共独长空自两三四五六七八九十百千万年事心物者也乃非岂焉哉矣却教令使曾且但因谓然则便即正方当每各";
  private static final Pattern WORD = Pattern.compile("[A-Za-z]+('[a-z]+)?");

  private final Set<String> pairs = new LinkedHashSet<>();
  private final Map<String, Integer> englishPoems = new HashMap<>();
  private final int english;

  Keywords(List<Poem> poems) {
    Map<String, Integer> pairCounts = new HashMap<>();
    Map<String, Integer> singles = new HashMap<>();
    long total = 0;
    int englishSeen = 0;
    for (Poem poem : poems) {
      if (poem.chinese()) {
        for (String line : poem.lines()) {
          for (String pair : places(line)) {
            pairCounts.merge(pair, 1, Integer::sum);
          }
          for (String c : characters(line)) {
            singles.merge(c, 1, Integer::sum);
            total++;
          }
        }
      } else {
        englishSeen++;
        new HashSet<>(words(String.join(" ", poem.lines())))
            .forEach(w -> englishPoems.merge(w, 1, Integer::sum));
      }
    }
    english = englishSeen;
    List<Map.Entry<String, Integer>> byCount = new ArrayList<>(pairCounts.entrySet());
    byCount.sort(
        Map.Entry.<String, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    for (Map.Entry<String, Integer> e : byCount) {
      List<String> two = characters(e.getKey());
      double chance = (double) singles.get(two.get(0)) * singles.get(two.get(1)) / total;
      if (e.getValue() >= LEAST_SEEN
          && Math.log(e.getValue() / chance) >= LEAST_INFORMATION
          && !(hollow(two.get(0)) && hollow(two.get(1)))) {
        pairs.add(e.getKey());
      }
    }
  }

  /** Returns the Chinese pairs known, the most frequent first. */
  List<String> pairs() {
    return List.copyOf(pairs);
  }

  /** Draws a word of one verse line, or returns an empty text. */
  String ofLine(Poem poem, String line, RandomGenerator random) {
    List<String> words = new ArrayList<>();
    if (!poem.chinese()) {
      words.addAll(words(line));
      words.removeIf(w -> !tells(w));
    } else if (random.nextInt(10) < 7) {
      words.addAll(places(line));
      words.removeIf(w -> !pairs.contains(w));
    }
    if (words.isEmpty() && poem.chinese()) {
      words.addAll(characters(line));
      words.removeIf(Keywords::hollow);
    }
    return words.isEmpty() ? "" : words.get(random.nextInt(words.size()));
  }

  /** Draws a word of the title, or returns an empty text. */
  String ofTitle(Poem poem, RandomGenerator random) {
    List<String> words = new ArrayList<>();
    if (poem.chinese()) {
      List<String> title = characters(poem.title());
      for (int i = 0; i + 1 < title.size(); i++) {
        String pair = title.get(i) + title.get(i + 1);
        if (pairs.contains(pair)) {
          words.add(pair);
        }
      }
      if (words.isEmpty()) {
        title.stream().filter(c -> !hollow(c)).forEach(words::add);
      }
    } else {
      words.addAll(words(poem.title().toLowerCase(Locale.ROOT)));
      words.removeIf(w -> !tells(w));
    }
    return words.isEmpty() ? "" : words.get(random.nextInt(words.size()));
  }

  private boolean tells(String word) {
    int count = englishPoems.getOrDefault(word, 0);
    return word.length() >= 3
        && Character.isLowerCase(word.charAt(0))
        && count >= 3
        && count <= COMMON * english;
  }

  static boolean hollow(String character) {
    return EMPTY_CHARACTERS.contains(character);
  }

  private static List<String> places(String line) {
    List<String> c = characters(line);
    List<String> all = new ArrayList<>();
    for (int i = 0; i + 1 < c.size(); i += 2) {
      all.add(c.get(i) + c.get(i + 1));
    }
    if (c.size() >= 2 && c.size() % 2 == 1) {
      all.add(c.get(c.size() - 2) + c.get(c.size() - 1));
    }
    return all;
  }

  static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  static List<String> words(String text) {
    List<String> all = new ArrayList<>();
    for (Matcher m = WORD.matcher(text); m.find(); ) {
      all.add(m.group());
    }
    return all;
  }
}
