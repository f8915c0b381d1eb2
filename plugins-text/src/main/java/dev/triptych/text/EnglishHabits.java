package dev.triptych.text;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What English lines do not do, where a small model would: end on an article, say "the of", open
 * one line like the last. It remembers the openings of one poem.
 */
final class EnglishHabits {
  /** Nats off a word that opens an earlier line, or that the line before leant on. */
  private static final float TIRED = 2.5f;

  private static final Set<String> LEANT_ON = Set.of("▁of", "▁and");
  private static final Set<String> SMALL =
      Set.of(
          "▁the", "▁and", "▁of", "▁to", "▁in", "▁that", "▁with", "▁my", "▁is", "▁his", "▁on",
          "▁her", "▁for", "▁all", "▁me", "▁it", "▁he", "▁she", "▁we", "▁you", "▁thy", "▁our",
          "▁thee", "▁but", "▁not", "▁as", "▁from", "▁by", "▁at", "▁or", "▁no", "▁so", "▁are",
          "▁was", "▁their", "▁they", "▁be", "▁when", "▁will", "▁a", "▁I");
  private static final Set<String> HANGING =
      Set.of(
          "a", "an", "the", "and", "or", "nor", "but", "of", "to", "from", "with", "for", "at",
          "into", "upon", "than", "as", "if", "when", "where", "while", "because", "though", "till",
          "until", "that", "which", "who", "whose", "whom", "my", "our", "your", "thy", "their",
          "his", "its", "is", "was", "are", "were", "be", "am", "will", "shall", "would", "should",
          "could", "can", "may", "must", "might", "has", "had", "have", "did", "does", "every",
          "each", "these", "those", "this", "no", "so", "very", "i", "he", "she", "we", "they",
          "like", "i'm", "i'll", "they're", "we'll", "he's", "she's", "it's", "there's", "that's",
          "what", "how", "why");
  private static final Set<String> LEANING =
      Set.of(
          "the", "a", "an", "my", "our", "your", "thy", "their", "its", "every", "of", "and",
          "this");

  /** What no article or possessive stands before. */
  private static final Set<String> NO_NOUNS =
      Set.of(
          "again", "then", "me", "you", "she", "he", "thee", "thou", "them", "him", "us", "they",
          "be", "been", "see", "go", "goes", "come", "came", "went", "gone", "know", "seem", "hear",
          "say", "said", "tell", "told", "made", "make", "take", "did", "done", "had", "between",
          "before", "among", "upon", "there", "here", "away", "never", "ever", "too", "just", "who",
          "where", "when", "how", "why", "shall", "will", "would", "should", "could", "must", "may",
          "was", "were", "are", "is", "am", "not", "if", "i", "it", "we", "and", "of", "or", "but");

  /** The words of one or two letters; other such tokens only begin longer words. */
  private static final Set<String> SHORT =
      Set.of(
          "a", "i", "o", "ah", "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in",
          "is", "it", "lo", "me", "my", "no", "of", "oh", "on", "or", "so", "to", "up", "us", "we",
          "ye");

  private final Vocabulary vocabulary;
  private final Set<Integer> small; // tokens that may come twice in a line, no more
  private final Set<Integer> apart; // tokens of NO_NOUNS
  private final Set<Integer> vowels = new HashSet<>(); // tokens that begin a word with a vowel
  private final Set<Integer> consonants = new HashSet<>(); // or with a consonant but h
  private final Set<Integer> openers = new HashSet<>(); // of this poem's lines
  private final Set<Integer> tired = new HashSet<>(); // of LEANT_ON, those of the last line

  EnglishHabits(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.small = tokens(SMALL.stream());
    this.apart = tokens(NO_NOUNS.stream().map(word -> "▁" + (word.equals("i") ? "I" : word)));
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      if (token != null && token.matches("▁[A-Za-z].*")) {
        char first = Character.toLowerCase(token.charAt(1));
        if ("aeiou".indexOf(first) >= 0) {
          vowels.add(id);
        } else if (first != 'h') {
          consonants.add(id);
        }
      }
    }
  }

  /**
   * Returns whether the model has learned the word: one token, or a beginning of sense and an end.
   */
  boolean ordinary(String word, int[] ids) {
    boolean whole = ids.length == 1;
    boolean begun = ids.length == 2 && vocabulary.token(ids[0]).length() > 2 && word.length() > 4;
    return word.length() > 2 ? whole || begun : SHORT.contains(word.toLowerCase(Locale.ROOT));
  }

  private Set<Integer> tokens(Stream<String> texts) {
    return texts.map(vocabulary::find).filter(id -> id >= 0).collect(Collectors.toSet());
  }

  /** Begins another poem, whose lines may open as they like. */
  void begin() {
    openers.clear();
    tired.clear();
  }

  /** Remembers a line of this poem. */
  void stands(int[] ids) {
    openers.add(ids[0]);
    tired.clear();
    tired.addAll(tokens(LEANT_ON.stream()));
    tired.retainAll(Arrays.stream(ids).boxed().toList());
  }

  /** Returns whether a line may end on the word: not if it leans on the next one. */
  static boolean mayEnd(String word) {
    return !HANGING.contains(word.toLowerCase(Locale.ROOT));
  }

  /** Returns whether a token should not come again; small words may as they like. */
  boolean weighty(int id) {
    return !SMALL.contains(vocabulary.token(id)) && vocabulary.token(id).length() > 2;
  }

  /** Returns whether a word of weight stands twice in the line. */
  static boolean stammers(String line) {
    Set<String> seen = new HashSet<>();
    for (String word : line.toLowerCase(Locale.ROOT).split("[^a-z']+")) {
      if (!SMALL.contains("▁" + word) && !word.equals("i") && !seen.add(word)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes back what the line should not go on with.
   *
   * @param open logits of what the rules leave open; changed
   * @param ids the line so far
   * @param node the word begun or complete
   */
  void curb(float[] open, List<Integer> ids, WordTrie.Node node) {
    tired.forEach(id -> open[id] -= TIRED);
    if (ids.isEmpty()) {
      openers.forEach(id -> open[id] -= TIRED);
      return;
    }
    open[ids.get(ids.size() - 1)] = Float.NEGATIVE_INFINITY; // nothing twice in a row
    for (int id : small) {
      if (Collections.frequency(ids, id) > 1) {
        open[id] = Float.NEGATIVE_INFINITY;
      }
    }
    unfit(node).forEach(id -> open[id] = Float.NEGATIVE_INFINITY);
  }

  /** Returns whether the line so far and its last word cannot stand side by side. */
  boolean parts(WordTrie.Node node, int[] tail) {
    return unfit(node).contains(tail[0]);
  }

  /** Returns the tokens that cannot begin the word after this one. */
  private Set<Integer> unfit(WordTrie.Node node) {
    String word = node.word().map(w -> w.word().toLowerCase(Locale.ROOT)).orElse("");
    Set<Integer> unfit = new HashSet<>(LEANING.contains(word) ? apart : Set.of());
    if (word.equals("a") || word.equals("an")) {
      unfit.addAll(word.equals("a") ? vowels : consonants);
    }
    return unfit;
  }
}
