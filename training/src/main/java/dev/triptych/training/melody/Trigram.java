package dev.triptych.training.melody;

import dev.triptych.training.lm.Corpus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The baseline that a model must beat: counts of three tokens in a row, smoothed by Witten and
 * Bell's interpolation with two, one, and an even spread.
 */
public final class Trigram {
  private static final class Context {
    final Map<Integer, Integer> counts = new HashMap<>();
    int total;

    void add(int id) {
      counts.merge(id, 1, Integer::sum);
      total++;
    }

    double probability(int id, double lower) {
      int kinds = counts.size();
      return (counts.getOrDefault(id, 0) + kinds * lower) / (total + kinds);
    }
  }

  private final int vocabulary;
  private final Map<Long, Context> contexts = new HashMap<>();

  /** Makes a baseline without counts. */
  public Trigram(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Counts texts. */
  public Trigram learn(List<int[]> texts) {
    for (int[] text : texts) {
      for (int i = 1; i < text.length; i++) {
        for (int order = 0; order <= Math.min(2, i); order++) {
          contexts.computeIfAbsent(key(text, i, order), k -> new Context()).add(text[i]);
        }
      }
    }
    return this;
  }

  /** Returns the natural logarithm of the probability of a text's token after those before it. */
  public double logProbability(int[] text, int i) {
    double probability = 1.0 / vocabulary;
    for (int order = 0; order <= Math.min(2, i); order++) {
      Context context = contexts.get(key(text, i, order));
      probability = context == null ? probability : context.probability(text[i], probability);
    }
    return Math.log(probability);
  }

  /** Returns the mean loss in nats a counted token. */
  public double loss(List<Corpus.Sample> samples) {
    double sum = 0;
    long count = 0;
    for (Corpus.Sample sample : samples) {
      for (int i = 1; i < sample.ids().length; i++) {
        if (sample.counted()[i]) {
          sum -= logProbability(sample.ids(), i);
          count++;
        }
      }
    }
    return sum / count;
  }

  private static long key(int[] text, int i, int order) {
    long key = order;
    for (int back = 1; back <= order; back++) {
      key = key << 20 | text[i - back] + 1;
    }
    return key;
  }
}
