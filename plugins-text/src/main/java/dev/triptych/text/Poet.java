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

/** Writes several poems on one request and chooses among them. */
final class Poet {
  private static final double SHOWN = 1.0; // nats a character, for a poem that shows its theme
  private static final int TITLE_CHARACTERS = 8;
  private static final int TITLE_WORDS = 5;
  private static final int MOST_PROMPT = 200;

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
        request.get(PoemGenerator.CANDIDATES)
            * form.lines()
            * (form.regulated() ? 5 * form.characters() : 60);
  }

  /**
   * The poem that stands.
   *
   * @param titleFrom who gave the title: the user, the prompt, the model, or nobody
   * @param shape the English quatrain's shape, or none
   */
  record Work(PoemText text, String titleFrom, String shape) {}

  private record Title(String text, String from) {}

  /**
   * Writes the poem.
   *
   * @param before the poem to revise; without lines for a new one
   * @param kept its lines that stand, by their place from 0
   * @param revising whether the title stands as well
   */
  Work write(PoemText before, Map<Integer, String> kept, boolean revising) throws IOException {
    return form.regulated() ? chinese(before, kept, revising) : english(before, kept, revising);
  }

  private Work chinese(PoemText before, Map<Integer, String> kept, boolean revising)
      throws IOException {
    RhymeBook book = RhymeBook.load(request.get(PoemGenerator.RHYME_BOOK));
    Sampling sampling = sampling();
    ClassicalPoet poet = new ClassicalPoet(decoder, vocabulary, book, form, sampling, this::tick);
    Theme theme = Theme.chinese(prompt(), request.plan(), vocabulary);
    int[] opening = opening(theme, "");
    Title title = revising ? new Title(before.title(), "kept") : title();
    if (title.text.isEmpty() && !revising) {
      title = new Title(poet.title(decoder.prefill(with(opening, "<title>"))), "model");
    }
    opening = opening(theme, title.text);
    Set<String> avoid = new HashSet<>(Theme.quoted(prompt()));
    avoid.addAll(before.lines());
    ClassicalPoet.Poem best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < request.get(PoemGenerator.CANDIDATES) || best == null && i < 40; i++) {
      Optional<ClassicalPoet.Poem> poem =
          poet.write(opening, theme.plan(form.lines(), random), kept, avoid);
      double score = poem.map(p -> p.score() + SHOWN * theme.shown(p.lines())).orElse(most);
      if (score > most) {
        most = score;
        best = poem.get();
      }
    }
    return done(best, title, "none");
  }

  private Work english(PoemText before, Map<Integer, String> kept, boolean revising)
      throws IOException {
    Pronunciations sounds = Pronunciations.load();
    EnglishPoet poet = new EnglishPoet(decoder, vocabulary, sounds, sampling(), this::tick);
    Theme theme = Theme.english(prompt(), request.plan(), sounds);
    QuatrainShape shape =
        revising
            ? QuatrainShape.of(before.lines(), sounds)
            : QuatrainShape.ALL.get(random.nextInt(QuatrainShape.ALL.size()));
    int count = revising ? before.lines().size() : form.lines() + random.nextInt(5);
    Title title = revising ? new Title(before.title(), "kept") : title();
    if (title.text.isEmpty() && !revising) {
      float[] logits = decoder.prefill(with(opening(theme, ""), "<title>"));
      title = new Title(poet.title(logits), "model");
    }
    int[] opening = with(opening(theme, title.text), "<body>");
    Set<String> avoid = new HashSet<>(Theme.quoted(prompt()));
    avoid.addAll(before.lines());
    ClassicalPoet.Poem best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < request.get(PoemGenerator.CANDIDATES) || best == null && i < 40; i++) {
      List<String> plan = theme.plan(form == Form.FREE ? count : 4, random);
      Optional<ClassicalPoet.Poem> poem =
          form == Form.FREE
              ? poet.free(opening, plan, kept, count, avoid)
              : poet.quatrain(opening, plan, kept, shape, avoid);
      double score = poem.map(p -> p.score() + SHOWN * theme.shown(p.lines())).orElse(most);
      if (score > most) {
        most = score;
        best = poem.get();
      }
    }
    return done(best, title, form == Form.FREE ? "none" : shape.name());
  }

  private static Work done(ClassicalPoet.Poem best, Title title, String shape) throws IOException {
    if (best == null) {
      throw new IOException(
          "no poem came about under these rules in 40 tries: try another seed or form");
    }
    return new Work(new PoemText(title.text, best.lines()), title.from, shape);
  }

  /** The user's title, or a prompt that is short enough to be one. */
  private Title title() {
    Optional<String> given = request.find(PoemGenerator.TITLE).map(Poet::oneLine);
    if (given.isPresent() && !given.get().isEmpty()) {
      return new Title(given.get(), "user");
    }
    String prompt = oneLine(request.prompt());
    boolean named = prompt.codePoints().anyMatch(Character::isLetter);
    boolean brief =
        form.regulated()
            ? prompt.codePointCount(0, prompt.length()) <= TITLE_CHARACTERS
            : prompt.length() <= 40 && prompt.split(" ").length <= TITLE_WORDS;
    return named && brief ? new Title(prompt, "prompt") : new Title("", "");
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

  private Sampling sampling() {
    return new Sampling(request.get(PoemGenerator.TEMPERATURE), random);
  }

  /** The keywords and the prompt, as one text; a long prompt counts by its beginning. */
  private String prompt() {
    String whole = request.find(PoemGenerator.KEYWORDS).orElse("") + " " + request.prompt();
    return whole.length() <= MOST_PROMPT ? whole : whole.substring(0, MOST_PROMPT);
  }

  private static String oneLine(String text) {
    String start = text.length() <= MOST_PROMPT ? text : text.substring(0, MOST_PROMPT);
    return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\s#<>]+", " ").strip();
  }

  private void tick() {
    job.step(Math.min(0.99, (double) ++ticks / expected), "writing");
  }
}
