package org.example.picturepoem;

import dev.triptych.models.llama.Llama;
import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.example.picturepoem.VerseModel.Word;

/**
 * Writes one line after the other, each of exactly so many beats.
 *
 * <p>The count holds by construction: a word is only drawn if its beats still fit, and the line is
 * over when none are left. Of several lines the likeliest stands. Belongs to one thread.
 */
final class VerseLines implements AutoCloseable {
  private static final double ABOUT = 1.5; // what it is worth that a line holds its word, in nats

  private final VerseModel model;
  private final boolean chinese;
  private final Sampler sampler;
  private final Llama.Run run;
  private final Set<Integer> used = new HashSet<>();

  VerseLines(VerseModel model, boolean chinese, double temperature, long seed) {
    this.model = model;
    this.chinese = chinese;
    this.sampler = Sampler.seeded(seed).temperature(temperature).topP(0.95);
    this.run = model.llama().open();
    run.prefill(token("<bos>"), token(chinese ? "<zh>" : "<en>"));
  }

  private int token(String name) {
    int id = model.llama().tokenizer().id(name);
    if (id < 0) {
      throw new IllegalStateException("the verse model has no token " + name);
    }
    return id;
  }

  private record Line(List<Word> words, double likelihood) {}

  /**
   * Returns the next line.
   *
   * @param about a word that it shall hold; the model may leave it out
   * @param liked words and by how much the picture speaks for them, in nats
   * @param candidates lines written, of which one stands
   * @param eachWord is called before each word: where the user can stop it
   */
  List<Word> write(
      int beats, Optional<Word> about, Map<Word, Double> liked, int candidates, Runnable eachWord) {
    List<Integer> head = new ArrayList<>();
    about.ifPresent(word -> head.addAll(List.of(token("<kw>"), word.id())));
    head.add(token("<" + beats + ">"));
    float[] first = run.prefill(head.stream().mapToInt(id -> id).toArray());
    int start = run.length();
    Line best = null;
    for (int i = 0; i < candidates; i++) {
      run.rewind(start);
      Line line = draw(first.clone(), beats, about, liked, eachWord);
      if (best == null || line.likelihood() > best.likelihood()) {
        best = line;
      }
    }
    run.rewind(start);
    run.prefill(best.words().stream().mapToInt(Word::id).toArray());
    best.words().stream().filter(Word::theme).forEach(word -> used.add(word.id()));
    return best.words();
  }

  private Line draw(
      float[] logits, int beats, Optional<Word> about, Map<Word, Double> liked, Runnable eachWord) {
    List<Word> line = new ArrayList<>();
    double sum = 0;
    int left = beats;
    for (float[] next = logits; left > 0; ) {
      eachWord.run();
      float[] heard = next;
      liked.forEach((word, nats) -> heard[word.id()] += nats.floatValue());
      mask(next, left, line);
      Word word = model.word(sampler.sample(new int[0], 0, next)).orElseThrow();
      sum += sampler.logProbability();
      line.add(word);
      left -= word.beats();
      if (left > 0) {
        next = run.step(word.id());
      }
    }
    boolean holds = about.isPresent() && line.contains(about.get());
    return new Line(line, sum / line.size() + (holds ? ABOUT : 0));
  }

  /** Forbids what does not fit: other languages, too many beats, weak ends, repetition. */
  private void mask(float[] logits, int left, List<Word> line) {
    Word before = line.isEmpty() ? null : line.get(line.size() - 1);
    for (int id = 0; id < logits.length; id++) {
      Optional<Word> word = model.word(id);
      if (word.isEmpty() || !fits(word.get(), left, before) || line.contains(word.get())) {
        logits[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private boolean fits(Word word, int left, Word before) {
    boolean article = before != null && (before.text().equals("a") || before.text().equals("an"));
    boolean vowel = "aeiou".indexOf(word.text().charAt(0)) >= 0;
    return word.chinese() == chinese
        && word.beats() <= left
        && (word.beats() < left || word.ends())
        && !used.contains(word.id())
        && !(article && before.text().equals("an") != vowel);
  }

  /** Returns a line as people write it. */
  static String text(List<Word> line) {
    boolean chinese = line.get(0).chinese();
    return String.join(
        chinese ? "" : " ", line.stream().map(w -> w.text().replaceAll("^i(?=$|')", "I")).toList());
  }

  @Override
  public void close() {
    run.close();
  }
}
