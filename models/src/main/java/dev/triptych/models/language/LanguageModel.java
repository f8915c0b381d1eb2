package dev.triptych.models.language;

import dev.triptych.api.ext.Weighed;
import dev.triptych.models.tokenizer.Tokenizer;

/**
 * A model that continues token ids: a decoder, or an encoder and a decoder.
 *
 * <p>Immutable and safe from many threads; what a continuation changes is in its {@link
 * Continuation}. [any thread]
 */
public interface LanguageModel extends AutoCloseable, Weighed {

  /** Returns the kind as {@code config.json} names it, such as {@code llama} or {@code t5}. */
  String modelType();

  /**
   * Returns the model's tokenizer, which the first call loads.
   *
   * @throws java.io.UncheckedIOException if the folder has none, or a damaged one, saying so
   */
  Tokenizer tokenizer();

  /** Returns how many ids there are: logits have so many numbers. */
  int vocabulary();

  /** Returns how many tokens a row of a continuation can hold. */
  int contextLength();

  /** Returns whether an encoder reads the prompt, so that only a start token is continued. */
  boolean encoderDecoder();

  /**
   * Returns a continuation of several rows, each of which has read nothing; close it.
   *
   * <p>A decoder is then given the prompts by {@link Continuation#prefill}.
   *
   * @throws IllegalArgumentException if rows is not positive
   * @throws UnsupportedOperationException if an encoder must read sources first
   */
  Continuation open(int rows);

  /**
   * Returns a continuation with a row for each source, which the encoder has read; close it.
   *
   * <p>Its rows are then given the decoder's start token by {@link Continuation#prefill}.
   *
   * @throws IllegalArgumentException if there are no sources, or one is empty or too long
   * @throws UnsupportedOperationException if the model has no encoder
   */
  Continuation open(int[]... sources);

  /** Frees the model; no continuation may be open. */
  @Override
  void close();
}
