package dev.triptych.training.lm;

import dev.triptych.models.llama.LlamaConfig;

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
    return new LmRecipe(
        config,
        dropout,
        rows,
        tokens,
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

  /** Returns this recipe with dropout. */
  public LmRecipe withDropout(double share) {
    return new LmRecipe(
        config,
        share,
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

  /** Returns this recipe with other peak rates, warm-up and weight decay. */
  public LmRecipe withRates(double matrices, double others, int warmupSteps, double weightDecay) {
    return new LmRecipe(
        config,
        dropout,
        batch,
        length,
        matrices,
        others,
        weightDecay,
        clip,
        warmupSteps,
        measureEvery,
        begin,
        end,
        seed);
  }

  /** Returns this recipe with the ids that begin and end a text. */
  public LmRecipe withEnds(int beginId, int endId) {
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
        beginId,
        endId,
        seed);
  }

  /** Returns this recipe with a held-out loss every so many steps. */
  public LmRecipe withMeasureEvery(int steps) {
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
        steps,
        begin,
        end,
        seed);
  }

  /** Returns this recipe with another seed. */
  public LmRecipe withSeed(long other) {
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
        other);
  }
}
