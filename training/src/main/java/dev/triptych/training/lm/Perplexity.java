package dev.triptych.training.lm;

import dev.triptych.models.llama.Llama;
import java.util.List;

/** How well a finished model foretells sequences that it never saw. */
public final class Perplexity {

  private Perplexity() {}

  /**
   * Returns the mean loss, in nats a counted token; its exponential is the perplexity.
   *
   * @param samples each of at least two tokens
   */
  public static double loss(Llama llama, List<Corpus.Sample> samples) {
    double sum = 0;
    long count = 0;
    for (Corpus.Sample sample : samples) {
      float[] logs = llama.logProbabilities(sample.ids());
      for (int i = 0; i < logs.length; i++) {
        if (sample.counted()[i + 1]) {
          sum -= logs[i];
          count++;
        }
      }
    }
    return sum / count;
  }
}
