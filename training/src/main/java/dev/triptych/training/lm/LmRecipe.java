package dev.triptych.training.lm;

import dev.triptych.models.llama.LlamaConfig;
import java.util.function.Consumer;

/**
 * What decides how a language model is trained, but for the data and the time.
 *
 * @param config shape of the model
 * @param dropout share of features dropped after embedding, attention and feed-forward
 * @param batch rows of a step
 * @param length tokens of a row at most
 * @param matrixRate peak learning rate of Muon, for hidden matrices
 * @param rate peak learning rate of AdamW, for embeddings and norms
 * @param decay weight decay of Muon, times the rate
 * @param clip norm at which the gradient is cut
 * @param warmup steps in which the rates rise
 * @param measureEvery steps between held-out losses
 * @param begin id that begins a text, or -1
 * @param end id that ends a text, or -1
 * @param seed of weights, rows and dropout
 */
public record LmRecipe(
    LlamaConfig config,
    double dropout,
    int batch,
    int length,
    double matrixRate,
    double rate,
    double decay,
    double clip,
    int warmup,
    int measureEvery,
    int begin,
    int end,
    long seed) {

  /** Checks what would only fail much later. */
  public LmRecipe {
    if (length > config.context()) {
      throw new IllegalArgumentException(
          "rows of " + length + " tokens do not fit a context of " + config.context());
    }
    if (batch < 1 || length < 2 || dropout < 0 || dropout >= 1) {
      throw new IllegalArgumentException("batch, length or dropout is out of range");
    }
  }

  /**
   * Returns a recipe with the rates that suited models of 2 to 14 million weights.
   *
   * @param vocab ids of the tokenizer
   */
  public static LmRecipe of(
      int vocab, int hidden, int layers, int heads, int groups, int intermediate, int context) {
    LlamaConfig config =
        new LlamaConfig(
            vocab,
            hidden,
            intermediate,
            layers,
            heads,
            groups,
            hidden / heads,
            context,
            1e-5,
            10000,
            true);
    return new LmRecipe(config, 0, 64, context, 0.02, 0.003, 0.1, 1, 100, 200, -1, -1, 1);
  }

  /** Returns this recipe with other rows. */
  public LmRecipe withBatch(int rows, int tokens) {
    return with(
        c -> {
          c.batch = rows;
          c.length = tokens;
        });
  }

  /** Returns this recipe with dropout. */
  public LmRecipe withDropout(double share) {
    return with(c -> c.dropout = share);
  }

  /** Returns this recipe with other peak rates, warm-up and weight decay. */
  public LmRecipe withRates(double matrices, double others, int warmupSteps, double weightDecay) {
    return with(
        c -> {
          c.matrixRate = matrices;
          c.rate = others;
          c.warmup = warmupSteps;
          c.decay = weightDecay;
        });
  }

  /** Returns this recipe with the ids that begin and end a text. */
  public LmRecipe withEnds(int beginId, int endId) {
    return with(
        c -> {
          c.begin = beginId;
          c.end = endId;
        });
  }

  /** Returns this recipe with a held-out loss every so many steps. */
  public LmRecipe withMeasureEvery(int steps) {
    return with(c -> c.measureEvery = steps);
  }

  /** Returns this recipe with another seed. */
  public LmRecipe withSeed(long other) {
    return with(c -> c.seed = other);
  }

  private LmRecipe with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.recipe();
  }

  /** A recipe while some of it is replaced. */
  private static final class Copy {
    private final LlamaConfig config;
    private final double clip;
    private double dropout;
    private int batch;
    private int length;
    private double matrixRate;
    private double rate;
    private double decay;
    private int warmup;
    private int measureEvery;
    private int begin;
    private int end;
    private long seed;

    private Copy(LmRecipe from) {
      config = from.config;
      dropout = from.dropout;
      batch = from.batch;
      length = from.length;
      matrixRate = from.matrixRate;
      rate = from.rate;
      decay = from.decay;
      clip = from.clip;
      warmup = from.warmup;
      measureEvery = from.measureEvery;
      begin = from.begin;
      end = from.end;
      seed = from.seed;
    }

    private LmRecipe recipe() {
      return new LmRecipe(
          config,
          dropout,
          batch,
          length,
          matrixRate,
          rate,
          decay,
          clip,
          warmup,
          measureEvery,
          begin,
          end,
          seed);
    }
  }
}
