package dev.triptych.text;

import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes 绝句 and 律诗 with a decoder, held to rhyme and tones while it writes.
 *
 * <p>Each line is tried several times from the same place; the try that the model itself finds
 * likeliest, with a bonus for the word planned for it, stands.
 */
final class ClassicalPoet {
  /** How often each line is tried. */
  static final int TRIES = 4;

  private static final int LONGEST_TITLE = 7;
  private static final double PLANNED = 0.5; // nats a character, for a line that keeps its word
  private static final float REPEATED = 3; // nats off a character that stands already
  private static final int MOST_OFTEN = 2; // times that a character stands in a poem

  private final Decoder decoder;
  private final Vocabulary vocabulary;
  private final RhymeBook book;
  private final Map<String, Map<String, Double>> shares; // of each group that the model knows
  private final Form form;
  private final ThemeWords words;
  private final Sampling sampling;
  private final Runnable tick;

  /**
   * Prepares to write.
   *
   * @param book whose rhymes and tones hold
   * @param taught whose groups the model has learned
   * @param words says which doubled characters are words
   * @param tick runs once a token, for progress and cancellation
   */
  ClassicalPoet(
      Decoder decoder,
      Vocabulary vocabulary,
      RhymeBook book,
      RhymeBook taught,
      Form form,
      ThemeWords words,
      Sampling sampling,
      Runnable tick) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.book = book;
    this.shares = book.shares(taught, c -> vocabulary.ofCharacter(c) >= 0);
    this.form = form;
    this.words = words;
    this.sampling = sampling;
    this.tick = tick;
  }

  /**
   * A poem and how likely the model finds it.
   *
   * @param score mean log-probability of a character, with the bonus for planned words
   */
  record Poem(List<String> lines, double score) {}

  private record Attempt(int[] ids, double score) {}

  /**
   * A rhyme group of the book.
   *
   * @param token of the model's group that is nearest, or -1
   */
  private record Rhyme(String group, int token) {}

  /**
   * Writes one poem.
   *
   * @param opening tokens from {@code <bos>} up to the rhyme group
   * @param plan a word for each line, or an empty text
   * @param kept lines that stand already, by their place from 0
   * @param avoid lines that must not be written
   * @return empty if the lines kept leave no way on
   */
  Optional<Poem> write(
      int[] opening, List<String> plan, Map<Integer, String> kept, Set<String> avoid) {
    Map<Integer, int[]> standing = new TreeMap<>();
    kept.forEach((i, line) -> standing.put(i, line.codePoints().toArray()));
    Prosody prosody = new Prosody(book, form, book.groups());
    if (!prosody.acceptAll(standing)) {
      throw new IllegalArgumentException(
          "the lines to keep are not of the form " + form.word() + " in this rhyme book");
    }
    decoder.rewind(0);
    float[] logits = decoder.prefill(opening);
    Rhyme rhyme = group(logits, prosody.groups());
    prosody = new Prosody(book, form, Set.of(rhyme.group));
    prosody.acceptAll(standing);
    int body = vocabulary.id("<body>");
    logits = rhyme.token < 0 ? decoder.prefill(body) : decoder.prefill(rhyme.token, body);

    Map<Integer, Integer> used = new HashMap<>();
    standing.values().forEach(line -> count(line, used));
    List<String> lines = new ArrayList<>();
    double score = 0;
    for (int i = 0; i < form.lines(); i++) {
      int[] lead = lead(kept.containsKey(i) ? "" : plan.get(i));
      logits = decoder.prefill(lead);
      if (kept.containsKey(i)) {
        lines.add(kept.get(i));
        decoder.prefill(standing.get(i).length == 0 ? new int[0] : tokens(standing.get(i)));
        continue;
      }
      Attempt best = bestLine(i, logits, prosody, used, plan.get(i), avoid);
      if (best == null) {
        return Optional.empty();
      }
      int[] line = Arrays.stream(best.ids).map(vocabulary::character).toArray();
      prosody.accept(i, line);
      count(line, used);
      lines.add(new String(line, 0, line.length));
      score += best.score / (form.lines() - kept.size());
      decoder.prefill(best.ids);
    }
    return Optional.of(new Poem(lines, score));
  }

  /**
   * Writes a title of two to seven characters.
   *
   * @param logits after {@code <title>}
   */
  String title(float[] logits) {
    StringBuilder title = new StringBuilder();
    Set<Integer> ends = new HashSet<>(Set.of(vocabulary.id("<body>")));
    shares.keySet().forEach(group -> ends.add(vocabulary.find("<" + group + ">")));
    for (int length = 0; length < LONGEST_TITLE; length++) {
      tick.run();
      float[] open = logits.clone();
      for (int id = 0; id < open.length; id++) {
        if (vocabulary.character(id) == 0 && !(ends.contains(id) && length >= 2)) {
          open[id] = Float.NEGATIVE_INFINITY;
        }
      }
      int id = sampling.draw(open);
      if (vocabulary.character(id) == 0) {
        break;
      }
      title.appendCodePoint(vocabulary.character(id));
      logits = decoder.step(id);
    }
    return title.toString();
  }

  /**
   * Draws the rhyme group among those possible, as the model likes them for this theme.
   *
   * <p>The model knows the groups of 平水韵: a group of another book is as likely as the shares of
   * those that went into it.
   */
  private Rhyme group(float[] logits, Set<String> possible) {
    List<String> groups = possible.stream().sorted().toList();
    float[] likely = new float[groups.size()];
    int[] dearest = new int[groups.size()];
    for (int i = 0; i < likely.length; i++) {
      double sum = 0;
      double most = 0;
      dearest[i] = -1;
      for (Map.Entry<String, Map<String, Double>> known : shares.entrySet()) {
        int id = vocabulary.find("<" + known.getKey() + ">");
        double share = known.getValue().getOrDefault(groups.get(i), 0.0);
        double mass = id < 0 ? 0 : share * StrictMath.exp(logits[id]);
        sum += mass;
        if (mass > most) {
          most = mass;
          dearest[i] = id;
        }
      }
      likely[i] = (float) StrictMath.log(sum);
    }
    int drawn = sampling.draw(likely);
    int group = drawn < 0 ? sampling.random().nextInt(likely.length) : drawn;
    return new Rhyme(groups.get(group), dearest[group]);
  }

  private int[] lead(String planned) {
    int line = vocabulary.id("<line>");
    if (planned.isEmpty()) {
      return new int[] {line};
    }
    int[] word = vocabulary.encode(planned);
    int[] lead = new int[word.length + 2];
    lead[0] = vocabulary.id("<plan>");
    System.arraycopy(word, 0, lead, 1, word.length);
    lead[lead.length - 1] = line;
    return lead;
  }

  private Attempt bestLine(
      int index,
      float[] start,
      Prosody prosody,
      Map<Integer, Integer> used,
      String planned,
      Set<String> avoid) {
    int from = decoder.length();
    Attempt best = null;
    for (int t = 0; t < TRIES || best == null && t < 4 * TRIES; t++) {
      decoder.rewind(from);
      Attempt attempt = line(index, start, prosody, used, planned, avoid);
      if (attempt != null && (best == null || attempt.score > best.score)) {
        best = attempt;
      }
    }
    decoder.rewind(from);
    return best;
  }

  private Attempt line(
      int index,
      float[] start,
      Prosody prosody,
      Map<Integer, Integer> used,
      String planned,
      Set<String> avoid) {
    int length = form.characters();
    int[] ids = new int[length];
    int[] line = new int[length];
    float[] logits = start;
    double sum = 0;
    for (int at = 0; at < length; at++) {
      tick.run();
      Prosody.Next next = prosody.next(index, line, at);
      float[] open = logits.clone();
      for (int id = 0; id < open.length; id++) {
        int c = vocabulary.character(id);
        int before = used.getOrDefault(c, 0);
        if (c == 0 || before >= MOST_OFTEN || !next.allows(c) || repeats(line, at, c)) {
          open[id] = Float.NEGATIVE_INFINITY;
        } else {
          open[id] -= REPEATED * before;
        }
      }
      ids[at] = sampling.draw(open);
      if (ids[at] < 0) {
        return null;
      }
      line[at] = vocabulary.character(ids[at]);
      sum += Sampler.logProbability(logits, ids[at]);
      if (at + 1 < length) {
        logits = decoder.step(ids[at]);
      }
    }
    String text = new String(line, 0, length);
    boolean keeps = !planned.isEmpty() && text.contains(planned);
    return avoid.contains(text) ? null : new Attempt(ids, sum / length + (keeps ? PLANNED : 0));
  }

  /** Within a line only a doubled character (叠字) that is a word may come again. */
  private boolean repeats(int[] line, int at, int c) {
    for (int i = 0; i < at - 1; i++) {
      if (line[i] == c) {
        return true;
      }
    }
    return at >= 1
        && line[at - 1] == c
        && !(at % 2 == 1 && words.contains(Character.toString(c).repeat(2)));
  }

  private int[] tokens(int[] line) {
    int unknown = vocabulary.id("<unk>");
    return Arrays.stream(line)
        .map(c -> vocabulary.ofCharacter(c) < 0 ? unknown : vocabulary.ofCharacter(c))
        .toArray();
  }

  private static void count(int[] line, Map<Integer, Integer> used) {
    for (int c : new HashSet<>(Arrays.stream(line).boxed().toList())) {
      used.merge(c, 1, Integer::sum);
    }
  }
}
