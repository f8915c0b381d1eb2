package dev.triptych.text;

import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Writes English lines, titles and single words from a list whose sounds are known. */
final class EnglishLines {
  private static final int TRIES = 4;
  private static final double PLANNED = 0.6; // nats a token, for a line that keeps its word
  private static final float REPEATED = 6; // nats off a token that stands already
  private static final int LONGEST_TITLE = 4;
  private static final int LONGEST_WORD = 4; // syllables of a word that ends a line
  private static final Set<String> SMALL =
      Set.of(
          "▁the", "▁and", "▁of", "▁to", "▁in", "▁that", "▁with", "▁my", "▁is", "▁his", "▁on",
          "▁her", "▁for", "▁all", "▁me", "▁it", "▁he", "▁she", "▁we", "▁you", "▁thy", "▁our",
          "▁thee", "▁but", "▁not", "▁as", "▁from", "▁by", "▁at", "▁or", "▁no", "▁so", "▁are",
          "▁was", "▁their", "▁they", "▁be", "▁when", "▁will", "▁a", "▁I");
  private static final List<String> AFTER_LINES = List.of("<line>", "<plan>", "<end>", "<eos>");

  private final Decoder decoder;
  private final Vocabulary vocabulary;
  private final WordTrie words;
  private final Sampling sampling;
  private final Runnable tick;

  EnglishLines(
      Decoder decoder, Vocabulary vocabulary, WordTrie words, Sampling sampling, Runnable tick) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.words = words;
    this.sampling = sampling;
    this.tick = tick;
  }

  /**
   * A line as tokens.
   *
   * @param score mean log-probability of a token, with the bonus for the planned word
   */
  record Attempt(int[] ids, double score) {}

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

  /** Lets the model name a word, none of those that end lines already. */
  Optional<Pronunciations.Word> word(float[] logits, WordTrie among, String[] taken) {
    int from = decoder.length();
    for (int t = 0; t < TRIES && !among.root().next().isEmpty(); t++) {
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
      if (word.isPresent()
          && word.get().syllables() <= LONGEST_WORD
          && Arrays.stream(taken).noneMatch(word.get().word()::equalsIgnoreCase)) {
        return word;
      }
    }
    return Optional.empty();
  }

  /**
   * Writes a line several times from where the decoder stands, and leaves it there.
   *
   * @param start logits there
   * @param least syllables, without the tail's
   * @param most syllables, without the tail's
   * @param tail tokens of a last word, or none
   * @param planned a word that the line had better hold, or an empty text
   * @param used tokens that stand in the poem already
   * @param avoid lines that must not be written
   * @return the likeliest line, or null if none came about
   */
  Attempt best(
      float[] start,
      int least,
      int most,
      int[] tail,
      String planned,
      Set<Integer> used,
      Set<String> avoid) {
    int from = decoder.length();
    Attempt best = null;
    for (int t = 0; t < TRIES || best == null && t < 3 * TRIES; t++) {
      decoder.rewind(from);
      Attempt attempt = line(start, least, most, tail, used);
      if (attempt != null) {
        String text = text(attempt.ids);
        boolean keeps = !planned.isEmpty() && text.toLowerCase(Locale.ROOT).contains(planned);
        double score = attempt.score + (keeps ? PLANNED : 0);
        if (!avoid.contains(capital(text)) && (best == null || score > best.score)) {
          best = new Attempt(attempt.ids, score);
        }
      }
    }
    decoder.rewind(from);
    return best;
  }

  private Attempt line(float[] start, int least, int most, int[] tail, Set<Integer> used) {
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
        if (tail.length > 0 && after == most) {
          open[tail[0]] = logits[tail[0]];
        } else if (tail.length == 0 && after >= least) {
          for (int end : ends) {
            open[end] = logits[end];
          }
        }
      }
      for (int id = 0; id < open.length; id++) {
        if (ids.contains(id) && (weighty(id) || id == of) || tail.length > 0 && id == tail[0]) {
          boolean closing = tail.length > 0 && id == tail[0] && after == most;
          open[id] = closing ? open[id] : Float.NEGATIVE_INFINITY;
        } else if (used.contains(id)) {
          open[id] -= REPEATED;
        }
      }
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
      logits = decoder.step(id);
    }
    for (int id : tail) {
      sum += Sampler.logProbability(logits, id);
      ids.add(id);
      logits = decoder.step(id);
    }
    int stop = stop(logits);
    if (stop >= 0) {
      ids.add(stop);
    }
    return new Attempt(ids.stream().mapToInt(i -> i).toArray(), sum / Math.max(1, ids.size()));
  }

  /** Draws a stop for the end of a line, or -1 for none, as the model likes. */
  private int stop(float[] logits) {
    float[] open = closed(logits);
    for (String mark : List.of(",", ".", ";", "!", "?", ":")) {
      int id = vocabulary.id(mark);
      open[id] = logits[id];
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

  /** Small words may come again as they like. */
  boolean weighty(int id) {
    return !SMALL.contains(vocabulary.token(id)) && vocabulary.token(id).length() > 2;
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
