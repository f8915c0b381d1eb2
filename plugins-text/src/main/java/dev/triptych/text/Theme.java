package dev.triptych.text;

import dev.triptych.api.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The words that a poem shall be about: the prompt's own, then the plan's images, season and time.
 *
 * @param words most important first, each known to the model
 */
record Theme(List<String> words) {
  private static final int MOST = 10;
  private static final String HOLLOW = "的了着过在是我你他她它们和与一个这那有为给把被很都也就还吗呢吧啊写首诗关于请来去里上下中之其不";
  private static final Set<String> STOPS =
      Set.of(
          "the", "and", "with", "for", "from", "into", "about", "poem", "write", "please", "that",
          "this", "over", "under", "your", "her", "his", "its", "are", "was", "were", "their",
          "our", "you", "she", "they", "not", "but", "all");
  private static final Map<String, List<String>> CHINESE =
      Map.of(
          "spring", List.of("春风", "花", "春色"),
          "summer", List.of("荷", "蝉", "夏"),
          "autumn", List.of("秋风", "落叶", "秋"),
          "winter", List.of("雪", "寒", "梅花"),
          "dawn", List.of("晓", "朝"),
          "day", List.of("日"),
          "dusk", List.of("夕阳", "暮"),
          "night", List.of("月", "夜", "星"));

  Theme {
    words = List.copyOf(words);
  }

  /**
   * Returns the theme of a Chinese poem: pairs of characters and single ones.
   *
   * @param near classical words like the prompt, nearest first; may be none
   */
  static Theme chinese(
      String prompt, Plan plan, ThemeWords pairs, List<String> near, Vocabulary vocabulary) {
    Set<String> words = new LinkedHashSet<>();
    List<String> rest = new ArrayList<>();
    for (String piece : prompt.split("[^\\p{IsIdeographic}]+|[" + HOLLOW + "]")) {
      if (!addPairs(piece, pairs, words) && !piece.isEmpty()) {
        rest.add(piece.substring(piece.offsetByCodePoints(piece.length(), -1)));
      }
    }
    words.addAll(near);
    if (near.isEmpty()) {
      words.addAll(rest); // a compound's last character says what kind of thing it is
    }
    if (plan.language().equals("zh")) {
      for (String image : plan.imagery()) {
        if (pairs.contains(image) || image.codePointCount(0, image.length()) == 1) {
          words.add(image);
        }
      }
    }
    if (words.size() < 3) {
      plan.season().ifPresent(s -> words.addAll(CHINESE.get(s)));
      plan.time().ifPresent(t -> words.addAll(CHINESE.get(t)));
    }
    words.removeIf(w -> !vocabulary.knows(w));
    return new Theme(List.copyOf(words).subList(0, Math.min(MOST, words.size())));
  }

  /** Adds the known pairs of a piece, from the left, and returns whether there was one. */
  private static boolean addPairs(String piece, ThemeWords pairs, Set<String> words) {
    List<String> c = piece.codePoints().mapToObj(Character::toString).toList();
    boolean found = c.size() == 1 && words.add(piece);
    for (int i = 0; i + 1 < c.size(); i++) {
      if (pairs.contains(c.get(i) + c.get(i + 1))) {
        words.add(c.get(i) + c.get(i + 1));
        found = true;
        i++;
      }
    }
    return found;
  }

  /** Returns the theme of an English poem: words with a known sound. */
  static Theme english(String prompt, Plan plan, Pronunciations sounds) {
    Set<String> words = new LinkedHashSet<>();
    List<String> texts = new ArrayList<>();
    texts.add(prompt);
    texts.addAll(plan.language().equals("en") ? plan.imagery() : plan.imageryEn());
    for (String text : texts) {
      for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
        if (word.length() >= 3 && !STOPS.contains(word) && sounds.find(word).isPresent()) {
          words.add(sounds.find(word).get().word());
        }
      }
    }
    plan.season().ifPresent(words::add);
    plan.time().filter(t -> !t.equals("day")).ifPresent(words::add);
    return new Theme(List.copyOf(words));
  }

  /**
   * Plans a word for about half of the lines, another plan each time.
   *
   * @return for each line a word, or an empty text
   */
  List<String> plan(int lines, SplittableRandom random) {
    List<String> plan = new ArrayList<>(Collections.nCopies(lines, ""));
    int most = Math.min(words.size(), (lines + 1) / 2);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      places.add(random.nextInt(places.size() + 1), i);
    }
    for (int i = 0; i < most; i++) {
      plan.set(places.get(i), i == 0 ? words.get(0) : pick(plan, random));
    }
    return plan;
  }

  private String pick(List<String> taken, SplittableRandom random) {
    List<String> left = new ArrayList<>(words);
    left.removeAll(taken);
    return left.get(Math.min(random.nextInt(left.size()), random.nextInt(left.size())));
  }

  /** Returns at most three words to stand before the poem. */
  List<String> head() {
    return words.subList(0, Math.min(3, words.size()));
  }

  /** Returns the share of the first words that stand in the poem, 0 to 1. */
  double shown(List<String> lines) {
    String text = String.join("\n", lines).toLowerCase(Locale.ROOT);
    List<String> first = words.subList(0, Math.min(4, words.size()));
    long found = first.stream().filter(w -> text.contains(w.toLowerCase(Locale.ROOT))).count();
    return first.isEmpty() ? 0 : (double) found / first.size();
  }

  /** Returns the lines of the prompt, which a poem must not repeat. */
  static Set<String> quoted(String prompt) {
    Set<String> lines = new HashSet<>();
    Arrays.stream(prompt.split("[^\\p{IsIdeographic}]+")).forEach(lines::add);
    prompt.lines().map(String::strip).forEach(lines::add);
    lines.remove("");
    return lines;
  }
}
