package dev.triptych.models.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Draws tokens from logits, in the order of transformers' generate: repetition penalty, processors,
 * temperature, top-k, top-p.
 *
 * <pre>{@code
 * Sampler sampler = Sampler.seeded(request.seed()).temperature(0.8).topP(0.95).processor(form);
 * int id = sampler.sample(ids, length, run.step(last));
 * }</pre>
 *
 * <p>Holds its own random state: one for each run, used by one thread. Equal seeds and logits give
 * equal tokens.
 */
public final class Sampler {

  private final RandomGenerator random;
  private final List<LogitsProcessor> processors = new ArrayList<>();
  private double temperature = 1;
  private int topK;
  private double topP = 1;
  private double repetitionPenalty = 1;
  private double logProbability;

  private Sampler(RandomGenerator random) {
    this.random = random;
  }

  /** Returns a sampler that draws from the whole distribution until told otherwise. */
  public static Sampler seeded(long seed) {
    return new Sampler(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
  }

  /** Divides logits by a number; 0 always takes the likeliest token. */
  public Sampler temperature(double temperature) {
    this.temperature = checked("temperature", temperature, 0, 100);
    return this;
  }

  /** Draws among so many likeliest tokens; 0 for all. */
  public Sampler topK(int topK) {
    this.topK = (int) checked("top-k", topK, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Draws among the fewest likeliest tokens whose probabilities reach this sum; 1 for all. */
  public Sampler topP(double topP) {
    this.topP = checked("top-p", topP, 1e-9, 1);
    return this;
  }

  /** Divides positive and multiplies negative logits of tokens that occurred; 1 for none. */
  public Sampler repetitionPenalty(double repetitionPenalty) {
    this.repetitionPenalty = checked("repetition penalty", repetitionPenalty, 1e-3, 1e3);
    return this;
  }

  /** Adds a processor after those already there. */
  public Sampler processor(LogitsProcessor processor) {
    processors.add(processor);
    return this;
  }

  private static double checked(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be from " + least + " to " + most);
    }
    return value;
  }

  /**
   * Draws the next token.
   *
   * @param ids tokens so far, of which the first {@code length} count
   * @param logits of every token, (vocab); changed in place
   * @throws IllegalStateException if the processors forbid every token
   */
  public int sample(int[] ids, int length, float[] logits) {
    if (repetitionPenalty != 1) {
      penalize(ids, length, logits);
    }
    for (LogitsProcessor processor : processors) {
      processor.process(ids, length, logits);
    }
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    double max = logits[best];
    if (!(max > Float.NEGATIVE_INFINITY)) {
      throw new IllegalStateException("no token is allowed here: the processors forbid all");
    }
    double heat = temperature == 0 ? 1 : temperature;
    double[] weights = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      weights[i] = Math.exp((logits[i] - max) / heat);
      sum += weights[i];
    }
    int drawn = best;
    if (temperature > 0) {
      double floor = topK == 0 && topP == 1 ? 0 : floor(weights);
      drawn = draw(weights, floor, best);
    }
    logProbability = Math.log(weights[drawn] / sum);
    return drawn;
  }

  /** Draws among weights from a floor on; those equal to the floor all take part. */
  private int draw(double[] weights, double floor, int fallback) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight >= floor ? weight : 0;
    }
    double left = random.nextDouble() * sum;
    int drawn = fallback;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] >= floor && weights[i] > 0) {
        drawn = i;
        left -= weights[i];
        if (left < 0) {
          break;
        }
      }
    }
    return drawn;
  }

  /** Returns the least weight that top-k and top-p keep. */
  private double floor(double[] weights) {
    double[] sorted = Arrays.stream(weights).filter(weight -> weight > 0).toArray();
    Arrays.sort(sorted);
    int kept = topK == 0 ? sorted.length : Math.min(topK, sorted.length);
    double sum = 0;
    for (int i = 1; i <= kept; i++) {
      sum += sorted[sorted.length - i];
    }
    double reached = 0;
    for (int i = 1; i <= kept; i++) {
      reached += sorted[sorted.length - i];
      if (reached >= topP * sum) {
        return sorted[sorted.length - i];
      }
    }
    return sorted[sorted.length - kept];
  }

  private void penalize(int[] ids, int length, float[] logits) {
    boolean[] seen = new boolean[logits.length];
    for (int i = 0; i < length; i++) {
      int id = ids[i];
      if (id >= 0 && id < logits.length && !seen[id]) {
        seen[id] = true;
        logits[id] =
            (float)
                (logits[id] > 0 ? logits[id] / repetitionPenalty : logits[id] * repetitionPenalty);
      }
    }
  }

  /**
   * Returns the natural logarithm of the last drawn token's probability, after processors and
   * temperature, before top-k and top-p.
   */
  public double logProbability() {
    return logProbability;
  }

  /** Returns the natural logarithm of one token's probability under logits as they are. */
  public static double logProbability(float[] logits, int id) {
    double max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return logits[id] - max - Math.log(sum);
  }
}
