package dev.triptych.text;

import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Writes English lines, titles and single words from a list whose sounds are known. */
final class EnglishLines {
  private static final int TRIES = 4;
  private static final double PLANNED = 0.6; // nats a token, for a line that keeps its word
  private static final float REPEATED = 6; // nats off a token that stands already
  private static final int LONGEST_TITLE = 4;
  private static final int LONGEST_WORD = 4; // syllables of a word that ends a line
  private static final List<String> STOPS = List.of(",", ".", ";", "!", "?", ":");
  private static final List<String> CLOSING = List.of(".", "!", "?");
  private static final List<String> AFTER_LINES = List.of("<line>", "<plan>", "<end>", "<eos>");

  private final Decoder decoder;
  private final Vocabulary vocabulary;
  private final WordTrie words;
  private final Sampling sampling;
  private final Runnable tick;
  private final EnglishHabits habits;

  EnglishLines(
      Decoder decoder,
      Vocabulary vocabulary,
      WordTrie words,
      EnglishHabits habits,
      Sampling sampling,
      Runnable tick) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.words = words;
    this.sampling = sampling;
    this.tick = tick;
    this.habits = habits;
  }

  /** Returns what lines do and do not do; it remembers the poem's lines. */
  EnglishHabits habits() {
    return habits;
  }

  /**
   * A line as tokens.
   *
   * @param score mean log-probability of a token, with the bonus for the planned word
   */
  record Attempt(int[] ids, double score) {}

  /**
   * What a line shall be.
   *
   * @param least syllables, without the tail's
   * @param most syllables, without the tail's
   * @param tail tokens of a last word, or none
   * @param planned a word that the line had better hold, or an empty text
   * @param closes whether a sentence ends with the line
   * @param avoid lines that must not be written
   */
  record Wanted(
      int least, int most, int[] tail, String planned, boolean closes, Set<String> avoid) {}

  /** Writes a title of at most four words, or fewer if the model ends it. */
  String title(float[] logits) {
    List<Integer> ids = new ArrayList<>();
    int body = vocabulary.id("<body>");
    WordTrie.Node node = words.root();
    for (int count = 0; ids.size() < 12; ) {
      float[] open = closed(logits);
      if (node != words.root() && node.word().isPresent()) {
        open[body] = logits[body];
        if (count < LONGEST_TITLE) {
          open(open, logits, words.root(), 99);
        }
      }
      open(open, logits, node, 99);
      int id = sampling.draw(open);
      if (id < 0 || id == body) {
        break;
      }
      boolean opens = !node.next().containsKey(id) || node == words.root();
      node = opens ? words.root().next().get(id) : node.next().get(id);
      count += opens ? 1 : 0;
      ids.add(id);
      logits = decoder.step(id);
    }
    return capital(text(ids));
  }

  /** Lets the model name a word that fits. */
  Optional<Pronunciations.Word> word(
      float[] logits, WordTrie among, Predicate<Pronunciations.Word> fits) {
    int from = decoder.length();
    for (int t = 0; t < 3 * TRIES && !among.root().next().isEmpty(); t++) {
      float[] next = logits;
      WordTrie.Node node = among.root();
      while (true) {
        tick.run();
        float[] open = closed(next);
        open(open, next, node, LONGEST_WORD);
        int stop = vocabulary.id("<line>");
        if (node.word().isPresent()) {
          open[stop] = next[stop];
        }
        int id = sampling.draw(open);
        if (id < 0 || id == stop) {
          break;
        }
        node = node.next().get(id);
        next = decoder.step(id);
      }
      decoder.rewind(from);
      Optional<Pronunciations.Word> word = node.word();
      if (word.isPresent() && word.get().syllables() <= LONGEST_WORD && fits.test(word.get())) {
        return word;
      }
    }
    return Optional.empty();
  }

  /**
   * Writes a line several times from where the decoder stands, and leaves it there.
   *
   * @param start logits there
   * @param used tokens that stand in the poem already
   * @return the likeliest line, or null if none came about
   */
  Attempt best(float[] start, Wanted wanted, Set<Integer> used) {
    int from = decoder.length();
    Attempt best = null;
    for (int t = 0; t < TRIES || best == null && t < 3 * TRIES; t++) {
      decoder.rewind(from);
      double least = best == null ? Double.NEGATIVE_INFINITY : best.score;
      Attempt attempt = line(start, wanted, used, least);
      if (attempt != null) {
        String text = text(attempt.ids);
        boolean keeps =
            !wanted.planned.isEmpty() && text.toLowerCase(Locale.ROOT).contains(wanted.planned);
        double score = attempt.score + (keeps ? PLANNED : 0);
        if (!EnglishHabits.stammers(text)
            && !wanted.avoid.contains(capital(text))
            && (best == null || score > best.score)) {
          best = new Attempt(attempt.ids, score);
        }
      }
    }
    decoder.rewind(from);
    return best;
  }

  /** Writes a line once; null if it cannot be finished, or cannot become likelier than asked. */
  private Attempt line(float[] start, Wanted wanted, Set<Integer> used, double least) {
    int most = wanted.most;
    int[] tail = wanted.tail;
    List<Integer> ids = new ArrayList<>();
    int of = vocabulary.id("▁of"); // a small model leans on it
    int[] ends = AFTER_LINES.stream().mapToInt(vocabulary::id).toArray();
    float[] logits = start;
    double sum = 0;
    int syllables = 0;
    WordTrie.Node node = words.root();
    while (syllables < most || node != words.root()) {
      tick.run();
      float[] open = closed(logits);
      open(open, logits, node, most - syllables);
      int after = syllables;
      if (node.word().isPresent()) {
        after += node.word().get().syllables();
        if (after < most) {
          open(open, logits, words.root(), most - after);
        }
        if (tail.length > 0 && after == most && !habits.parts(node, tail)) {
          open[tail[0]] = logits[tail[0]];
        } else if (tail.length == 0
            && after >= wanted.least
            && EnglishHabits.mayEnd(node.word().get().word())) {
          for (int end : ends) {
            open[end] = logits[end];
          }
        }
      }
      for (int id = 0; id < open.length; id++) {
        if (ids.contains(id) && (habits.weighty(id) || id == of)
            || tail.length > 0 && id == tail[0]) {
          boolean closing = tail.length > 0 && id == tail[0] && after == most;
          open[id] = closing ? open[id] : Float.NEGATIVE_INFINITY;
        } else if (used.contains(id)) {
          open[id] -= REPEATED;
        }
      }
      habits.curb(open, ids, node);
      int id = sampling.draw(open);
      if (id < 0) {
        return null;
      }
      boolean closes = after == most && node.word().isPresent() && !node.next().containsKey(id);
      if (closes || Arrays.stream(ends).anyMatch(e -> e == id)) {
        break;
      }
      if (node != words.root() && !node.next().containsKey(id)) {
        syllables = after;
        node = words.root();
      }
      node = node.next().get(id);
      sum += Sampler.logProbability(logits, id);
      ids.add(id);
      if (PLANNED + sum / (ids.size() + most - syllables + tail.length + 1) < least) {
        return null; // even if nothing more were lost
      }
      logits = decoder.step(id);
    }
    for (int id : tail) {
      sum += Sampler.logProbability(logits, id);
      ids.add(id);
      logits = decoder.step(id);
    }
    int stop = stop(logits, wanted.closes);
    if (stop >= 0) {
      ids.add(stop);
    }
    return new Attempt(ids.stream().mapToInt(i -> i).toArray(), sum / Math.max(1, ids.size()));
  }

  /** Draws a stop for the end of a line, or -1 for none, as the model likes. */
  private int stop(float[] logits, boolean closes) {
    float[] open = closed(logits);
    for (String mark : closes ? CLOSING : STOPS) {
      int id = vocabulary.id(mark);
      open[id] = logits[id];
    }
    if (closes) {
      return sampling.draw(open);
    }
    for (String end : AFTER_LINES) {
      open[vocabulary.id(end)] = logits[vocabulary.id(end)];
    }
    int id = sampling.draw(open);
    return id >= 0 && vocabulary.token(id).length() == 1 ? id : -1;
  }

  private static float[] closed(float[] logits) {
    float[] none = new float[logits.length];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    return none;
  }

  private static void open(float[] open, float[] logits, WordTrie.Node node, int syllables) {
    node.next()
        .forEach(
            (id, next) -> {
              if (next.fewest() <= syllables) {
                open[id] = logits[id];
              }
            });
  }

  private String text(List<Integer> ids) {
    return text(ids.stream().mapToInt(i -> i).toArray());
  }

  String text(int[] ids) {
    return vocabulary.decode(ids).strip();
  }

  static String capital(String line) {
    return line.isEmpty()
        ? line
        : line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1);
  }
}
