package dev.triptych.models.llama;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A decoder in the shape of Llama, loaded from a Hugging Face folder: {@code config.json}, {@code
 * model.safetensors} or its shards, {@code tokenizer.json}.
 *
 * <pre>{@code
 * try (Llama llama = Llama.load(folder, placement); Llama.Run run = llama.open()) {
 *   float[] logits = run.prefill(llama.tokenizer().encode("春"));
 *   while (…) {
 *     logits = run.step(sampler.sample(logits, …));
 *   }
 * }
 * }</pre>
 *
 * <p>The model is immutable and safe from many threads; a {@link Run} holds what a continuation
 * changes and belongs to one thread at a time. It is a {@link LanguageModel} whose runs have one
 * row; {@link LanguageModels} loads it and every other architecture. Gives the tokens of
 * transformers' LlamaForCausalLM in the same precision.
 */
public final class Llama implements AutoCloseable, Weighed {

  private final LlamaConfig config;
  private final LanguageModel model;
  private final Tokenizer tokenizer;

  private Llama(LlamaConfig config, LanguageModel model) {
    this.config = config;
    this.model = model;
    this.tokenizer = model.tokenizer();
  }

  /**
   * Loads a model.
   *
   * @throws IOException if a file is missing or damaged, or does not fit the others, saying which
   */
  public static Llama load(Path folder, Placement placement) throws IOException {
    LlamaConfig config = LlamaConfig.read(folder);
    LanguageModel model = LanguageModels.load(folder, placement);
    try {
      return new Llama(config, model);
    } catch (UncheckedIOException e) {
      model.close();
      throw e.getCause();
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Returns the model's tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns how many tokens a run can hold. */
  public int contextLength() {
    return config.context();
  }

  /** Returns the model's shape. */
  public LlamaConfig config() {
    return config;
  }

  /** Returns the model as one of any architecture; it is closed with this one. */
  public LanguageModel model() {
    return model;
  }

  /** Returns a new, empty run; close it. */
  public Run open() {
    return new Run(model.open(1));
  }

  /**
   * Returns the natural logarithm of the probability of each id but the first, given those before.
   *
   * @throws IllegalArgumentException if there are fewer than two ids, more than the context holds,
   *     or one that the model does not know
   */
  public float[] logProbabilities(int... ids) {
    if (ids.length < 2) {
      throw new IllegalArgumentException("the probability of a next token needs two tokens");
    }
    int last = ids[ids.length - 1];
    if (last < 0 || last >= config.vocab()) {
      throw new IllegalArgumentException(
          "token " + last + " is none of the model's " + config.vocab());
    }
    try (Continuation text = model.open(1)) {
      float[][] logits = text.read(Arrays.copyOf(ids, ids.length - 1));
      float[] found = new float[logits.length];
      for (int i = 0; i < found.length; i++) {
        found[i] = logProbability(logits[i], ids[i + 1]);
      }
      return found;
    }
  }

  private static float logProbability(float[] logits, int id) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return (float) (logits[id] - most - Math.log(sum));
  }

  @Override
  public long mappedBytes() {
    return model.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return model.privateBytes();
  }

  /** Frees the model; no run may be open. */
  @Override
  public void close() {
    model.close();
  }

  /** One continuation: the tokens read so far, with their keys and values. */
  public static final class Run implements AutoCloseable {
    private final Continuation text;

    private Run(Continuation text) {
      this.text = text;
    }

    /**
     * Reads tokens after those already read.
     *
     * @return logits of the token that follows, (vocab)
     * @throws IllegalArgumentException if there are none, or more than the context holds
     */
    public float[] prefill(int... ids) {
      return text.prefill(new int[][] {ids})[0];
    }

    /** Reads one token; see {@link #prefill}. */
    public float[] step(int id) {
      return text.step(id)[0];
    }

    /**
     * Returns several continuations that begin with what was read; close them. This run goes on
     * unchanged.
     */
    public Branches branch(int count) {
      if (count < 1 || length() == 0) {
        throw new IllegalArgumentException("read something first, then branch at least once");
      }
      return new Branches(text.branch(new int[count]));
    }

    /**
     * Forgets all tokens after the first {@code length}.
     *
     * @throws IllegalArgumentException if fewer were read
     */
    public void rewind(int length) {
      text.rewind(0, length);
    }

    /** Returns how many tokens were read. */
    public int length() {
      return text.length(0);
    }

    /** Frees the cache; a second close does nothing. */
    @Override
    public void close() {
      text.close();
    }
  }
}
