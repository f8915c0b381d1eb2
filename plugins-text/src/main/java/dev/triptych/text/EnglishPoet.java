package dev.triptych.text;

import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
  private static final int TRIES = 6;
  private static final double PLANNED = 0.6; // nats a token, for a line that keeps its word
  private static final float REPEATED = 1.5f; // nats off, each time a word's token stands already
  private static final int LEAST_RHYMES = 8;
  private static final int[] FREE_SYLLABLES = {4, 12};

  private final Decoder decoder;
  private final Vocabulary vocabulary;
  private final Pronunciations sounds;
  private final WordTrie words;
  private final WordTrie rich; // words that enough others rhyme with
  private final Sampling sampling;
  private final Runnable tick;

  EnglishPoet(
      Decoder decoder,
      Vocabulary vocabulary,
      Pronunciations sounds,
      Sampling sampling,
      Runnable tick) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.sounds = sounds;
    this.words = new WordTrie(sounds.all(), vocabulary);
    this.rich =
        new WordTrie(
            sounds.all().stream().filter(w -> sounds.rhymes(w).size() >= LEAST_RHYMES).toList(),
            vocabulary);
    this.sampling = sampling;
    this.tick = tick;
  }

  private record Attempt(int[] ids, double score) {}

  /**
   * Writes four lines of that shape.
   *
   * @param opening tokens from {@code <bos>} to {@code <body>}
   * @param plan a word for each line, or an empty text
   * @param kept lines that stand already, by their place from 0
   * @return empty if some line could not be finished
   */
  Optional<ClassicalPoet.Poem> quatrain(
      int[] opening,
      List<String> plan,
      Map<Integer, String> kept,
      QuatrainShape shape,
      Set<String> avoid) {
    decoder.rewind(0);
    decoder.prefill(opening);
    String[] ends = new String[4];
    kept.forEach((i, line) -> ends[i] = lastWord(line));
    List<String> lines = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    double score = 0;
    for (int i = 0; i < 4; i++) {
      plan(kept.containsKey(i) ? "" : plan.get(i));
      if (kept.containsKey(i)) {
        stand(kept.get(i), used);
        lines.add(kept.get(i));
        continue;
      }
      float[] logits = decoder.prefill(vocabulary.id("<end>"));
      Optional<Pronunciations.Word> end = word(logits, endings(i, shape, ends), ends);
      if (end.isEmpty()) {
        return Optional.empty();
      }
      ends[i] = end.get().word();
      int[] tail = vocabulary.encode(" " + ends[i]);
      logits = decoder.prefill(concat(tail, vocabulary.id("<line>")));
      int free = shape.syllables().get(i) - end.get().syllables();
      Attempt best = best(logits, free, free, tail, plan.get(i), used, avoid);
      if (best == null) {
        return Optional.empty();
      }
      lines.add(finish(best, used));
      score += best.score / (4 - kept.size());
    }
    return Optional.of(new ClassicalPoet.Poem(lines, score));
  }

  /** Writes so many lines of free verse; parameters as for {@link #quatrain}. */
  Optional<ClassicalPoet.Poem> free(
      int[] opening, List<String> plan, Map<Integer, String> kept, int count, Set<String> avoid) {
    decoder.rewind(0);
    decoder.prefill(opening);
    List<String> lines = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    double score = 0;
    for (int i = 0; i < count; i++) {
      plan(kept.containsKey(i) ? "" : plan.get(i));
      if (kept.containsKey(i)) {
        stand(kept.get(i), used);
        lines.add(kept.get(i));
        continue;
      }
      float[] logits = decoder.prefill(vocabulary.id("<line>"));
      Attempt best =
          best(logits, FREE_SYLLABLES[0], FREE_SYLLABLES[1], new int[0], plan.get(i), used, avoid);
      if (best == null) {
        return Optional.empty();
      }
      lines.add(finish(best, used));
      score += best.score / (count - kept.size());
    }
    return Optional.of(new ClassicalPoet.Poem(lines, score));
  }

  /** Writes a title of at most four words, or fewer if the model ends it. */
  String title(float[] logits) {
    List<Integer> ids = new ArrayList<>();
    int body = vocabulary.id("<body>");
    WordTrie.Node node = words.root();
    for (int count = 0; ids.size() < 12; ) {
      float[] open = closed(logits);
      if (node != words.root() && node.word().isPresent()) {
        open[body] = logits[body];
        if (count < 4) {
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

  private WordTrie endings(int line, QuatrainShape shape, String[] ends) {
    List<String> wanted = new ArrayList<>();
    for (int j = 0; j < 4; j++) { // the partner may be an earlier line or a later one that stands
      if (ends[j] != null && j != line && shape.partner(line) == j) {
        wanted.add(ends[j]);
      }
    }
    if (wanted.isEmpty()) {
      return rich;
    }
    Optional<Pronunciations.Word> partner = sounds.find(wanted.get(0));
    return new WordTrie(partner.map(sounds::rhymes).orElse(List.of()), vocabulary);
  }

  /** Lets the model name a word, none of those that end lines already. */
  private Optional<Pronunciations.Word> word(float[] logits, WordTrie among, String[] taken) {
    int from = decoder.length();
    for (int t = 0; t < TRIES && !among.root().next().isEmpty(); t++) {
      float[] next = logits;
      WordTrie.Node node = among.root();
      while (true) {
        tick.run();
        float[] open = closed(next);
        open(open, next, node, 4);
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
          && word.get().syllables() <= 4
          && Arrays.stream(taken).noneMatch(word.get().word()::equalsIgnoreCase)) {
        return word;
      }
    }
    return Optional.empty();
  }

  private Attempt best(
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
    int[] ends = {
      vocabulary.id("<line>"),
      vocabulary.id("<plan>"),
      vocabulary.id("<end>"),
      vocabulary.id("<eos>")
    };
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
        open[id] -= used.contains(id) || weighty(id) && ids.contains(id) ? REPEATED : 0;
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
    for (String end : List.of("<line>", "<plan>", "<end>", "<eos>")) {
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

  private void plan(String word) {
    if (!word.isEmpty()) {
      decoder.prefill(prepend(vocabulary.id("<plan>"), vocabulary.encode(" " + word)));
    }
  }

  private void stand(String line, Set<Integer> used) {
    int[] ids = vocabulary.encode(" " + small(line));
    decoder.prefill(prepend(vocabulary.id("<line>"), ids));
    Arrays.stream(ids).forEach(used::add);
  }

  private String finish(Attempt line, Set<Integer> used) {
    decoder.prefill(line.ids);
    for (int id : line.ids) {
      if (weighty(id)) {
        used.add(id);
      }
    }
    return capital(text(line.ids));
  }

  /** Small words may come again as they like. */
  private boolean weighty(int id) {
    return vocabulary.token(id).length() > 4;
  }

  private String text(List<Integer> ids) {
    return text(ids.stream().mapToInt(i -> i).toArray());
  }

  private String text(int[] ids) {
    return vocabulary.decode(ids).strip();
  }

  private static String capital(String line) {
    return line.isEmpty()
        ? line
        : line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1);
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
