package dev.triptych.training.poem;

import dev.triptych.training.lm.Corpus;
import dev.triptych.training.poem.HaikuVocabulary.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Short runs of verse lines, each after its number of beats and often after one of its words:
 *
 * <pre>{@code <bos> <en> (<kw> rain) <5> the rain is falling <7> … <eos>}</pre>
 *
 * <p>English lines of any length stand as they follow each other. Chinese poems have lines of five
 * or of seven only, so half of the Chinese runs are made of a five, a seven and a five of different
 * poems that share a word.
 */
final class HaikuCorpus implements Corpus {
  private static final int LINES = 3;
  private static final int LEAST_ROOM = 10;
  private static final double NAMED = 0.6; // share of lines that come after one of their words
  private static final double MIXED = 0.5;
  private static final int HELD_OUT = 600;
  private static final long HELD_OUT_SEED = 20_261_124;

  private record Run(boolean chinese, List<List<Word>> lines) {}

  /** Runs of one side of the split, and its Chinese lines by length and word. */
  private static final class Side {
    private final List<Run> english = new ArrayList<>();
    private final List<Run> chinese = new ArrayList<>();
    private final Map<String, List<List<Word>>> fives = new HashMap<>();
    private final Map<String, List<List<Word>>> sevens = new HashMap<>();
  }

  private final Map<String, Integer> ids = new HashMap<>();
  private final Side training = new Side();
  private final Side heldOut = new Side();

  HaikuCorpus(List<Poem> poems, HaikuVocabulary vocabulary) {
    List<String> tokens = vocabulary.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    for (Poem poem : poems) {
      Side side = poem.heldOut() ? heldOut : training;
      List<List<Word>> run = new ArrayList<>();
      for (String line : poem.lines()) {
        List<Word> words = vocabulary.line(poem, line).orElse(List.of());
        int beats = beats(words);
        boolean usable = beats >= 3 && beats <= HaikuVocabulary.MOST_BEATS;
        if (usable) {
          run.add(words);
        }
        if (!usable || run.size() == LINES) {
          add(side, poem.chinese(), run);
          run = new ArrayList<>();
        }
      }
      add(side, poem.chinese(), run);
    }
    if (training.english.isEmpty() && training.chinese.isEmpty()) {
      throw new IllegalArgumentException(
          "no line of these poems is made of frequent words only: bring some hundreds of poems");
    }
  }

  private static void add(Side side, boolean chinese, List<List<Word>> lines) {
    if (lines.isEmpty()) {
      return;
    }
    Run run = new Run(chinese, List.copyOf(lines));
    (chinese ? side.chinese : side.english).add(run);
    if (!chinese && lines.stream().anyMatch(l -> beats(l) == 5 || beats(l) == 7)) {
      side.english.add(run); // the lengths of a haiku twice as often
    }
    for (List<Word> line : chinese ? lines : List.<List<Word>>of()) {
      Map<String, List<List<Word>>> lengths = line.size() == 5 ? side.fives : side.sevens;
      line.stream()
          .filter(Word::theme)
          .map(Word::text)
          .distinct()
          .forEach(word -> lengths.computeIfAbsent(word, w -> new ArrayList<>()).add(line));
    }
  }

  private static int beats(List<Word> line) {
    return line.stream().mapToInt(Word::beats).sum();
  }

  /** Returns how many runs of each language are learned. */
  String sizes() {
    return "%,d English and %,d Chinese runs of lines"
        .formatted(training.english.size(), training.chinese.size());
  }

  @Override
  public Sample draw(RandomGenerator random, int length) {
    return Sample.row(length, LEAST_ROOM, () -> sample(pick(training, random), random));
  }

  private static Run pick(Side side, RandomGenerator random) {
    boolean chinese =
        side.english.isEmpty() || !side.chinese.isEmpty() && random.nextDouble() < 0.45;
    List<Run> runs = chinese ? side.chinese : side.english;
    Run run = runs.get(random.nextInt(runs.size()));
    return chinese && random.nextDouble() < MIXED ? mixed(side, run, random) : run;
  }

  /** Returns a five, a seven and a five that share a word with the run given, if there are. */
  private static Run mixed(Side side, Run run, RandomGenerator random) {
    List<Word> line = run.lines().get(random.nextInt(run.lines().size()));
    List<String> themes = line.stream().filter(Word::theme).map(Word::text).toList();
    if (themes.isEmpty()) {
      return run;
    }
    String word = themes.get(random.nextInt(themes.size()));
    List<List<Word>> fives = side.fives.getOrDefault(word, List.of());
    List<List<Word>> sevens = side.sevens.getOrDefault(word, List.of());
    if (fives.size() < 2 || sevens.isEmpty()) {
      return run;
    }
    List<List<Word>> lines =
        List.of(
            fives.get(random.nextInt(fives.size())),
            sevens.get(random.nextInt(sevens.size())),
            fives.get(random.nextInt(fives.size())));
    return new Run(true, lines);
  }

  private Sample sample(Run run, RandomGenerator random) {
    List<Integer> row = new ArrayList<>(List.of(ids.get("<bos>")));
    List<Boolean> counted = new ArrayList<>(List.of(false));
    add(row, counted, run.chinese() ? "<zh>" : "<en>", false);
    for (List<Word> line : run.lines()) {
      List<Word> themes = line.stream().filter(Word::theme).toList();
      if (!themes.isEmpty() && random.nextDouble() < NAMED) {
        add(row, counted, "<kw>", false);
        add(row, counted, themes.get(random.nextInt(themes.size())).text(), false);
      }
      add(row, counted, "<" + beats(line) + ">", false);
      line.forEach(word -> add(row, counted, word.text(), true));
    }
    add(row, counted, "<eos>", false);
    boolean[] counts = new boolean[counted.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = counted.get(i);
    }
    return new Sample(row.stream().mapToInt(id -> id).toArray(), counts);
  }

  private void add(List<Integer> row, List<Boolean> counted, String token, boolean counts) {
    row.add(ids.get(token));
    counted.add(counts);
  }

  @Override
  public Iterable<Sample> training() {
    SplittableRandom random = new SplittableRandom(HELD_OUT_SEED + 1);
    List<Run> all = new ArrayList<>(training.english);
    all.addAll(training.chinese);
    return () -> all.stream().map(run -> sample(run, random)).iterator();
  }

  @Override
  public List<Sample> heldOut(int length) {
    SplittableRandom random = new SplittableRandom(HELD_OUT_SEED);
    List<Sample> samples = new ArrayList<>();
    while (samples.size() < HELD_OUT) {
      Sample sample = sample(pick(heldOut, random), random);
      if (sample.ids().length <= length) {
        samples.add(sample);
      }
    }
    return samples;
  }
}
