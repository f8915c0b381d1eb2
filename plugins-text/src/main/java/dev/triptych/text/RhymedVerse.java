package dev.triptych.text;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Holds any language model to four English lines that rhyme by their sounds, of so many syllables
 * each, after the CMU Pronouncing Dictionary.
 *
 * <p>It reads what tokens write letter by letter, so it works with any vocabulary that can write
 * single letters, and it lets nothing begin that could not be ended. Words are those whose sounds
 * are known; one of four letters or more stands once in a line. [any thread]
 */
public final class RhymedVerse implements Constraint {
  private static final int LINES = 4;
  private static final int FEWEST_RHYMES = 5; // words that a first line's end may be answered by
  private static final int SHORT = 4; // letters below which a word may come again in a line
  private static final String PAUSES = ",;:";
  private static final String STOPS = ".!?";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'";

  /**
   * A form.
   *
   * @param rhymesWith for each line the earlier one that it rhymes with, or -1
   * @param most syllables of each line; one or two fewer may do
   */
  private record Shape(int[] rhymesWith, int[] most) {
    static final Map<String, Shape> ALL =
        Map.of(
            "quatrain", new Shape(new int[] {-1, -1, 0, 1}, new int[] {9, 9, 9, 9}),
            "couplets", new Shape(new int[] {-1, 0, -1, 2}, new int[] {9, 9, 9, 9}),
            "ballad", new Shape(new int[] {-1, -1, 0, 1}, new int[] {9, 7, 9, 7}));

    int least(int line) {
      return most[line] - 2;
    }
  }

  private final Shape shape;
  private final Pronunciations sounds;
  private final SpelledWords inside;
  private final SpelledWords opening;
  private final Map<String, List<Pronunciations.Word>> ends = new HashMap<>(); // by rhyme
  private final String[] texts; // ascending; what usable tokens write
  private final int[] ids; // of these

  private RhymedVerse(Shape shape, Pronunciations sounds, Map<Integer, String> tokens) {
    this.shape = shape;
    this.sounds = sounds;
    inside = new SpelledWords(sounds.all(), false);
    opening = new SpelledWords(sounds.all(), true);
    for (Pronunciations.Word word : sounds.all()) {
      if (EnglishHabits.mayEnd(word.word())) {
        ends.computeIfAbsent(word.rhyme(), rhyme -> new ArrayList<>()).add(word);
      }
    }
    ids =
        tokens.keySet().stream()
            .sorted(Comparator.comparing(tokens::get))
            .mapToInt(Integer::intValue)
            .toArray();
    texts = IntStream.of(ids).mapToObj(tokens::get).toArray(String[]::new);
  }

  /** Returns the forms, as they are typed: quatrain (ABAB), couplets (AABB), ballad (ABAB). */
  public static String[] forms() {
    return new String[] {"quatrain", "couplets", "ballad"};
  }

  /**
   * Returns the rules of a form over a model's vocabulary.
   *
   * @param form one of {@link #forms}
   * @throws IllegalArgumentException if the vocabulary cannot write it, saying why
   */
  public static RhymedVerse of(String form, Tokenizer tokenizer) throws IOException {
    Map<Integer, String> tokens = new HashMap<>();
    String used = LETTERS + PAUSES + STOPS + " \n";
    for (int id = 0; id < tokenizer.size(); id++) {
      String text = new String(tokenizer.bytes(id), US_ASCII);
      if (!text.isEmpty() && text.chars().allMatch(c -> used.indexOf(c) >= 0)) {
        tokens.put(id, text);
      }
    }
    long single = tokens.values().stream().filter(t -> t.length() == 1).distinct().count();
    if (single < used.length()) {
      throw new IllegalArgumentException(
          "this model cannot write %s: its vocabulary lacks %d of the letters and marks as single tokens; take one with a byte-level vocabulary, or text.poem"
              .formatted(form, used.length() - single));
    }
    return new RhymedVerse(Shape.ALL.get(form), Pronunciations.load(), tokens);
  }

  /** Returns how many tokens a poem can have at most, were each a single letter. */
  public int tokens() {
    return Arrays.stream(shape.most).map(syllables -> 10 * syllables).sum();
  }

  @Override
  public State start() {
    return new Written(List.of(), 0);
  }

  /** Where in a line the next character stands. */
  private enum Place {
    OPENING,
    WORD,
    PAUSED,
    STOPPED
  }

  /**
   * A line begun: its words before the one being written, their syllables, and that word.
   *
   * @param begun the word being written; the last one after a pause or stop
   */
  private record Line(
      int number,
      List<Pronunciations.Word> words,
      int syllables,
      Place place,
      SpelledWords.Begun begun) {}

  /** What has been written: the words that end lines, and the line begun. */
  private final class Written implements State {
    private final List<Pronunciations.Word> ended;
    private final Line line;
    private final int shortest; // syllables of the shortest word that may end the line

    /** Begins a line, or ends the poem. */
    Written(List<Pronunciations.Word> ended, int number) {
      this.ended = ended;
      line = new Line(Math.min(number, LINES - 1), List.of(), 0, Place.OPENING, opening.all());
      Pronunciations.Word partner = finished() ? null : partner();
      shortest =
          partner == null
              ? 1
              : ends.get(partner.rhyme()).stream()
                  .filter(this::mayEnd)
                  .mapToInt(Pronunciations.Word::syllables)
                  .min()
                  .orElseThrow();
    }

    private Written(List<Pronunciations.Word> ended, Line line, int shortest) {
      this.ended = ended;
      this.line = line;
      this.shortest = shortest;
    }

    private Pronunciations.Word partner() {
      int with = shape.rhymesWith[line.number];
      return with < 0 ? null : ended.get(with);
    }

    @Override
    public boolean finished() {
      return ended.size() == LINES;
    }

    @Override
    public void mask(float[] logits) {
      if (finished()) {
        return; // what may end a text is the model's to say
      }
      boolean[] open = new boolean[logits.length];
      List<Written> path = new ArrayList<>(List.of(this)); // after each character that can be
      for (int i = 0; i < ids.length; i++) {
        int shared = i == 0 ? 0 : shared(texts[i - 1], texts[i]);
        if (shared >= path.size()) {
          continue; // it begins with what has just failed
        }
        path.subList(shared + 1, path.size()).clear();
        while (path.size() <= texts[i].length()) {
          Written next = path.get(path.size() - 1).next(texts[i].charAt(path.size() - 1));
          if (next == null) {
            break;
          }
          path.add(next);
        }
        if (path.size() > texts[i].length() && ids[i] < open.length) {
          open[ids[i]] = true;
        }
      }
      for (int id = 0; id < logits.length; id++) {
        if (!open[id]) {
          logits[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    @Override
    public State after(int id) {
      Written now = this;
      String text =
          texts[IntStream.range(0, ids.length).filter(i -> ids[i] == id).findAny().orElseThrow()];
      for (char c : text.toCharArray()) {
        now = now.next(c);
      }
      return now;
    }

    /** Returns what is written after a character, or null if the form could not be kept then. */
    private Written next(char c) {
      if (finished()) {
        return null;
      }
      SpelledWords spelled = line.words.isEmpty() ? opening : inside;
      boolean first = line.words.isEmpty() && line.begun.length() == 0;
      if (c == ' ' && first && ended.isEmpty() && line.place == Place.OPENING) {
        return with(line.words, line.syllables, Place.WORD, line.begun); // some vocabularies' first
      }
      if (LETTERS.indexOf(c) >= 0) {
        SpelledWords.Begun more =
            line.place == Place.PAUSED || line.place == Place.STOPPED
                ? null
                : spelled.next(line.begun, c);
        return more != null && spelled.any(more, this::fits)
            ? with(line.words, line.syllables, Place.WORD, more)
            : null;
      }
      Pronunciations.Word word = line.begun.length() == 0 ? null : spelled.complete(line.begun);
      if (word == null) {
        return null;
      }
      boolean closes = endsWith(word);
      boolean goesOn = goesOnAfter(word) && line.place != Place.STOPPED;
      if (c == '\n') {
        return closes ? lineAfter(word) : null;
      } else if (c == ' ') {
        return goesOn ? wordAfter(word) : null;
      }
      boolean pause = PAUSES.indexOf(c) >= 0;
      return line.place == Place.WORD && (closes || pause && goesOn)
          ? with(line.words, line.syllables, pause ? Place.PAUSED : Place.STOPPED, line.begun)
          : null;
    }

    private Written with(
        List<Pronunciations.Word> words, int syllables, Place place, SpelledWords.Begun begun) {
      return new Written(ended, new Line(line.number, words, syllables, place, begun), shortest);
    }

    private Written wordAfter(Pronunciations.Word word) {
      List<Pronunciations.Word> words = new ArrayList<>(line.words);
      words.add(word);
      return with(List.copyOf(words), line.syllables + word.syllables(), Place.WORD, inside.all());
    }

    private Written lineAfter(Pronunciations.Word word) {
      List<Pronunciations.Word> lasts = new ArrayList<>(ended);
      lasts.add(word);
      return new Written(List.copyOf(lasts), line.number + 1);
    }

    /** Returns whether a word can stand next, within the line or at its end. */
    private boolean fits(Pronunciations.Word word) {
      return goesOnAfter(word) || endsWith(word);
    }

    private boolean goesOnAfter(Pronunciations.Word word) {
      return line.syllables + word.syllables() + shortest <= shape.most[line.number] && fresh(word);
    }

    private boolean endsWith(Pronunciations.Word word) {
      int sum = line.syllables + word.syllables();
      return sum <= shape.most[line.number] && sum >= shape.least(line.number) && mayEnd(word);
    }

    private boolean fresh(Pronunciations.Word word) {
      int count = line.words.size();
      return word.word().length() < SHORT
          ? count == 0 || !line.words.get(count - 1).equals(word)
          : !line.words.contains(word);
    }

    /** Returns whether a word may end the line: by its rhyme, and as no word that leans on. */
    private boolean mayEnd(Pronunciations.Word word) {
      if (!EnglishHabits.mayEnd(word.word())) {
        return false;
      }
      Pronunciations.Word partner = partner();
      return partner == null
          ? ends.get(word.rhyme()).size() > FEWEST_RHYMES
              && ended.stream().noneMatch(other -> other.rhyme().equals(word.rhyme()))
          : word.rhyme().equals(partner.rhyme()) && ended.stream().noneMatch(word::equals);
    }
  }

  private static int shared(String a, String b) {
    int length = Math.min(a.length(), b.length());
    int same = 0;
    while (same < length && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    return same;
  }
}
