package dev.triptych.text;

import dev.triptych.api.Job;
import dev.triptych.api.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Writes several poems on one request. */
final class Poet {
  private static final double SHOWN = 1.0; // nats a character, for a poem that shows its theme
  private static final int TITLE_CHARACTERS = 8;
  private static final int TITLE_WORDS = 10;
  private static final int MOST_PROMPT = 200;
  private static final int MOST_TRIES = 40;
  private static final int NEAR = 8;
  private static final double COOLER = 0.68; // English, which the model knows less well

  private final Request request;
  private final Form form;
  private final Decoder decoder;
  private final Vocabulary vocabulary;
  private final SplittableRandom random;
  private final Job job;
  private final int expected;
  private int ticks;

  Poet(Request request, Form form, Decoder decoder, Vocabulary vocabulary, Job job) {
    this.request = request;
    this.form = form;
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.random = new SplittableRandom(request.seed());
    this.job = job;
    this.expected =
        candidates()
            * (form == Form.QUATRAIN ? 4 * request.get(PoemGenerator.STANZAS) : form.lines())
            * (form.regulated() ? ClassicalPoet.TRIES * form.characters() : 30);
  }

  /**
   * A poem written.
   *
   * @param titleFrom who gave the title: {@code user}, {@code prompt}, {@code model} or {@code
   *     kept}
   * @param shape the English quatrain's shape, or none
   * @param score mean log-probability of a token, with bonuses for showing the theme
   */
  record Work(PoemText text, String titleFrom, String shape, double score) {}

  private record Title(String text, String from) {}

  /**
   * Writes several poems, each of which keeps the form.
   *
   * @param before the poem to revise; without lines for a new one
   * @param kept its lines that stand, by their place from 0
   * @param heard the prompt's sentence vector, or null
   */
  List<Work> write(PoemText before, Map<Integer, String> kept, float[] heard) throws IOException {
    return form.regulated() ? chinese(before, kept, heard) : english(before, kept);
  }

  private List<Work> chinese(PoemText before, Map<Integer, String> kept, float[] heard)
      throws IOException {
    RhymeBook taught = RhymeBook.load("pingshui");
    String name = request.get(PoemGenerator.RHYME_BOOK);
    RhymeBook book = name.equals("pingshui") ? taught : RhymeBook.load(name);
    ThemeWords pairs = ThemeWords.load();
    ClassicalPoet poet =
        new ClassicalPoet(decoder, vocabulary, book, taught, form, pairs, sampling(1), this::tick);
    List<String> near = heard == null ? List.of() : pairs.near(heard, NEAR);
    Theme theme = Theme.chinese(prompt(), request.plan(), pairs, near, vocabulary);
    Title title = title(before);
    if (title.from.equals("model")) {
      float[] logits = decoder.prefill(with(opening(theme, ""), "<title>"));
      title = new Title(poet.title(logits), "model");
    }
    int[] opening = opening(theme, title.text);
    Set<String> avoid = avoid(before);
    return several(
        theme,
        title,
        "none",
        () -> poet.write(opening, theme.plan(form.lines(), random), kept, avoid));
  }

  private List<Work> english(PoemText before, Map<Integer, String> kept) throws IOException {
    Pronunciations sounds = Pronunciations.load();
    EnglishPoet poet = new EnglishPoet(decoder, vocabulary, sounds, sampling(COOLER), this::tick);
    Theme theme = Theme.english(prompt(), request.plan(), sounds);
    boolean fresh = before.lines().isEmpty();
    QuatrainShape shape =
        fresh
            ? QuatrainShape.ALL.get(random.nextInt(QuatrainShape.ALL.size()))
            : QuatrainShape.of(before.lines(), sounds);
    int wanted =
        form == Form.FREE
            ? form.lines() + random.nextInt(3)
            : 4 * request.get(PoemGenerator.STANZAS);
    int count = fresh ? wanted : before.lines().size();
    Title title = title(before);
    if (title.from.equals("model")) {
      float[] logits = decoder.prefill(with(opening(theme, ""), "<title>"));
      title = new Title(poet.title(logits), "model");
    }
    int[] opening = with(opening(theme, title.text), "<body>");
    Set<String> avoid = avoid(before);
    return several(
        theme,
        title,
        form == Form.FREE ? "none" : shape.name(),
        () ->
            form == Form.FREE
                ? poet.free(opening, theme.plan(count, random), kept, avoid)
                : poet.quatrains(opening, theme.plan(count, random), kept, shape, avoid));
  }

  private int candidates() {
    return request.find(PoemGenerator.CANDIDATES).orElse(form == Form.QUATRAIN ? 2 : 3);
  }

  /** Writes as many poems as the user wants, or more until there is one. */
  private List<Work> several(
      Theme theme, Title title, String shape, Supplier<Optional<ClassicalPoet.Poem>> poem)
      throws IOException {
    List<Work> works = new ArrayList<>();
    int wanted = candidates();
    boolean divided = form == Form.QUATRAIN;
    for (int i = 0; i < wanted || works.isEmpty() && i < MOST_TRIES; i++) {
      poem.get()
          .ifPresent(
              p ->
                  works.add(
                      new Work(
                          new PoemText(title.text, p.lines(), divided ? 4 : 0),
                          title.from,
                          shape,
                          p.score() + SHOWN * theme.shown(p.lines()))));
    }
    if (works.isEmpty()) {
      throw new IOException(
          "no poem came about under these rules in "
              + MOST_TRIES
              + " tries: try another seed or form");
    }
    return works;
  }

  private Set<String> avoid(PoemText before) {
    Set<String> avoid = new HashSet<>(Theme.quoted(prompt()));
    avoid.addAll(before.lines());
    return avoid;
  }

  /** The title that stands, the user's, or a prompt that is short enough to be one. */
  private Title title(PoemText before) {
    if (!before.lines().isEmpty()) {
      return new Title(before.title(), "kept");
    }
    Optional<String> given = request.find(PoemGenerator.TITLE).map(Poet::oneLine);
    if (given.isPresent() && !given.get().isEmpty()) {
      return new Title(given.get(), "user");
    }
    String prompt = oneLine(request.prompt());
    boolean named = prompt.codePoints().anyMatch(Character::isLetter);
    boolean brief =
        form.regulated()
            ? prompt.codePointCount(0, prompt.length()) <= TITLE_CHARACTERS
            : prompt.length() <= 56 && prompt.split(" ").length <= TITLE_WORDS;
    return named && brief ? new Title(prompt, "prompt") : new Title("", "model");
  }

  /** Returns the tokens from the beginning to the title, which is left out if unknown. */
  private int[] opening(Theme theme, String title) {
    List<Integer> ids =
        new ArrayList<>(List.of(vocabulary.id("<bos>"), vocabulary.id("<" + form.word() + ">")));
    String space = form.regulated() ? "" : " ";
    for (String word : theme.head()) {
      ids.add(vocabulary.id("<kw>"));
      for (int id : vocabulary.encode(space + word)) {
        ids.add(id);
      }
    }
    if (vocabulary.knows(title)) {
      ids.add(vocabulary.id("<title>"));
      for (int id : vocabulary.encode(space + title)) {
        ids.add(id);
      }
    }
    return ids.stream().mapToInt(i -> i).toArray();
  }

  private int[] with(int[] ids, String control) {
    int[] all = Arrays.copyOf(ids, ids.length + 1);
    all[ids.length] = vocabulary.id(control);
    return all;
  }

  private Sampling sampling(double factor) {
    return new Sampling(factor * request.get(PoemGenerator.TEMPERATURE), random);
  }

  /** The keywords and the prompt, as one text; a long prompt counts by its beginning. */
  private String prompt() {
    String whole = request.find(PoemGenerator.KEYWORDS).orElse("") + " " + request.prompt();
    return whole.length() <= MOST_PROMPT ? whole : whole.substring(0, MOST_PROMPT);
  }

  /** Returns the text's beginning on one line, without what no title or model should see. */
  static String oneLine(String text) {
    String start = text.length() <= MOST_PROMPT ? text : text.substring(0, MOST_PROMPT);
    return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\s#<>]+", " ").strip();
  }

  private void tick() {
    job.step(Math.min(0.99, (double) ++ticks / expected), "writing");
  }
}
