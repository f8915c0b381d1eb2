package dev.triptych.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes English quatrains and free verse with a decoder, word by word from a list whose sounds are
 * known.
 *
 * <p>A quatrain's line ends are chosen first: the model names a word to end on, among those that
 * rhyme where a rhyme is due, and the line is then written towards it with its syllables counted.
 * Each line is tried several times; the likeliest try stands.
 */
final class EnglishPoet {
  private static final int LEAST_RHYMES = 4;
  private static final int CARRIED = 2; // lines of the last stanza
  private static final int[] FREE_SYLLABLES = {4, 12};

  private final Decoder decoder;
  private final Vocabulary vocabulary;
  private final Pronunciations sounds;
  private final Set<Pronunciations.Word> common = new HashSet<>(); // one token each
  private final WordTrie rich; // words that enough others rhyme with
  private final EnglishLines lines;

  EnglishPoet(
      Decoder decoder,
      Vocabulary vocabulary,
      Pronunciations sounds,
      Sampling sampling,
      Runnable tick) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.sounds = sounds;
    List<Pronunciations.Word> all = sounds.all();
    List<int[]> tokens =
        vocabulary.encodeWords(all.stream().map(Pronunciations.Word::word).toList());
    EnglishHabits habits = new EnglishHabits(vocabulary);
    List<Pronunciations.Word> usual = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean ordinary = habits.ordinary(all.get(i).word(), tokens.get(i));
      if (ordinary) {
        usual.add(all.get(i));
      }
      if (ordinary && tokens.get(i).length == 1 && EnglishHabits.mayEnd(all.get(i).word())) {
        common.add(all.get(i));
      }
    }
    this.lines =
        new EnglishLines(
            decoder, vocabulary, new WordTrie(usual, vocabulary), habits, sampling, tick);
    this.rich =
        new WordTrie(
            common.stream().filter(w -> partners(w).size() >= LEAST_RHYMES).toList(), vocabulary);
  }

  /**
   * Writes stanzas of that shape.
   *
   * @param opening tokens from {@code <bos>} to {@code <body>}
   * @param plan a word for each line of the poem, or an empty text
   * @param kept lines that stand already, by their place from 0
   * @return empty if some line could not be finished
   */
  Optional<ClassicalPoet.Poem> quatrains(
      int[] opening,
      List<String> plan,
      Map<Integer, String> kept,
      QuatrainShape shape,
      Set<String> avoid) {
    String[] ends = new String[plan.size()];
    kept.forEach((i, line) -> ends[i] = lastWord(line));
    lines.habits().begin();
    List<String> poem = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    double score = 0;
    for (int i = 0; i < plan.size(); i++) {
      if (i % 4 == 0) { // the model knows stanzas, not longer poems: it hears the last two lines
        decoder.rewind(0);
        decoder.prefill(opening);
        poem.subList(Math.max(0, i - CARRIED), i).forEach(line -> stand(line, used));
      }
      plan(kept.containsKey(i) ? "" : plan.get(i));
      if (kept.containsKey(i)) {
        stand(kept.get(i), used);
        poem.add(kept.get(i));
        continue;
      }
      int line = i;
      float[] logits = decoder.prefill(vocabulary.id("<end>"));
      Optional<Pronunciations.Word> end =
          lines.word(logits, endings(i, shape, ends), word -> fits(word, line, shape, ends));
      if (end.isEmpty()) {
        return Optional.empty();
      }
      ends[i] = end.get().word();
      int[] tail = vocabulary.encode(" " + ends[i]);
      logits = decoder.prefill(concat(tail, vocabulary.id("<line>")));
      int free = shape.syllables(i) - end.get().syllables();
      EnglishLines.Wanted wanted =
          new EnglishLines.Wanted(free, free, tail, plan.get(i), i % 4 == 3, avoid);
      EnglishLines.Attempt best = lines.best(logits, wanted, used);
      if (best == null) {
        return Optional.empty();
      }
      poem.add(finish(best, used));
      score += best.score() / (plan.size() - kept.size());
    }
    return Optional.of(new ClassicalPoet.Poem(poem, score));
  }

  /** Writes so many lines of free verse; parameters as for {@link #quatrains}. */
  Optional<ClassicalPoet.Poem> free(
      int[] opening, List<String> plan, Map<Integer, String> kept, Set<String> avoid) {
    decoder.rewind(0);
    decoder.prefill(opening);
    lines.habits().begin();
    List<String> poem = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    double score = 0;
    for (int i = 0; i < plan.size(); i++) {
      plan(kept.containsKey(i) ? "" : plan.get(i));
      if (kept.containsKey(i)) {
        stand(kept.get(i), used);
        poem.add(kept.get(i));
        continue;
      }
      float[] logits = decoder.prefill(vocabulary.id("<line>"));
      boolean last = i == plan.size() - 1;
      EnglishLines.Wanted wanted =
          new EnglishLines.Wanted(
              FREE_SYLLABLES[0], FREE_SYLLABLES[1], new int[0], plan.get(i), last, avoid);
      EnglishLines.Attempt best = lines.best(logits, wanted, used);
      if (best == null) {
        return Optional.empty();
      }
      poem.add(finish(best, used));
      score += best.score() / (plan.size() - kept.size());
    }
    return Optional.of(new ClassicalPoet.Poem(poem, score));
  }

  /** Writes a title of at most four words; the logits are those after {@code <title>}. */
  String title(float[] logits) {
    return lines.title(logits);
  }

  /** Returns the common words that rhyme with this one, or any if there is no common one. */
  private List<Pronunciations.Word> partners(Pronunciations.Word word) {
    List<Pronunciations.Word> all =
        sounds.rhymes(word).stream().filter(w -> EnglishHabits.mayEnd(w.word())).toList();
    List<Pronunciations.Word> some = all.stream().filter(common::contains).toList();
    return some.isEmpty() ? all : some;
  }

  /** Returns the words that the line may end on: its partner's rhymes, or those rich in them. */
  private WordTrie endings(int line, QuatrainShape shape, String[] ends) {
    String partner = ends[line / 4 * 4 + shape.partner(line % 4)]; // earlier, or later and standing
    return partner == null
        ? rich
        : new WordTrie(sounds.find(partner).map(this::partners).orElse(List.of()), vocabulary);
  }

  /** A word ends one line only, and a rhyme sounds in one stanza only. */
  private boolean fits(Pronunciations.Word word, int line, QuatrainShape shape, String[] ends) {
    for (int j = 0; j < ends.length; j++) {
      boolean partner = j == line / 4 * 4 + shape.partner(line % 4);
      if (ends[j] != null
          && !partner
          && sounds.find(ends[j]).map(w -> w.rhyme().equals(word.rhyme())).orElse(false)) {
        return false;
      }
    }
    return Arrays.stream(ends).noneMatch(word.word()::equalsIgnoreCase);
  }

  private void plan(String word) {
    if (!word.isEmpty()) {
      decoder.prefill(prepend(vocabulary.id("<plan>"), vocabulary.encode(" " + word)));
    }
  }

  private void stand(String line, Set<Integer> used) {
    int[] ids = vocabulary.encode(" " + small(line));
    decoder.prefill(prepend(vocabulary.id("<line>"), ids));
    lines.habits().stands(ids);
    Arrays.stream(ids).filter(lines.habits()::weighty).forEach(used::add);
  }

  private String finish(EnglishLines.Attempt line, Set<Integer> used) {
    decoder.prefill(line.ids());
    lines.habits().stands(line.ids());
    for (int id : line.ids()) {
      if (lines.habits().weighty(id)) {
        used.add(id);
      }
    }
    return EnglishLines.capital(lines.text(line.ids()));
  }

  /** Undoes the capital that opens a line unless the word is always written so. */
  private String small(String line) {
    String first = line.split("[^A-Za-z']", 2)[0];
    return sounds.find(first).map(w -> w.word() + line.substring(first.length())).orElse(line);
  }

  static String lastWord(String line) {
    String[] all = line.replaceAll("[^A-Za-z']+", " ").strip().split(" ");
    return all[all.length - 1];
  }

  private static int[] concat(int[] ids, int last) {
    int[] all = Arrays.copyOf(ids, ids.length + 1);
    all[ids.length] = last;
    return all;
  }

  private static int[] prepend(int first, int[] ids) {
    int[] all = new int[ids.length + 1];
    all[0] = first;
    System.arraycopy(ids, 0, all, 1, ids.length);
    return all;
  }
}
