package dev.triptych.models.generation;

import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.generation.form.TextForms;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.sampling.LogitsProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Continues prompts as transformers' {@code generate} does: greedily, by draws, or by beams.
 *
 * <pre>{@code
 * GenerationConfig config = GenerationConfig.read(folder).with("max_new_tokens", 100);
 * List<Generated> all =
 *     Generation.of(model, config).listener((row, id) -> show(id)).generate(model.tokenizer().encode(text));
 * }</pre>
 *
 * <p>A request: set it up, call {@link #generate} once, on one thread. Equal requests on equal
 * models give equal tokens.
 */
public final class Generation {

  private final LanguageModel model;
  private final GenerationConfig config;
  private final List<LogitsProcessor> processors = new ArrayList<>();
  private Constraint constraint;
  private TokenListener listener = (row, id) -> {};
  private BooleanSupplier cancelled = () -> false;
  private PrefixCache prefixes;

  private Generation(LanguageModel model, GenerationConfig config) {
    this.model = Objects.requireNonNull(model);
    this.config = Objects.requireNonNull(config);
  }

  /** Returns a request to a model. */
  public static Generation of(LanguageModel model, GenerationConfig config) {
    return new Generation(model, config);
  }

  /** Adds a processor after the config's penalties and before what shapes a draw. */
  public Generation processor(LogitsProcessor processor) {
    processors.add(Objects.requireNonNull(processor));
    return this;
  }

  /** Holds the new tokens to a form, instead of the config's {@code regex} or {@code grammar}. */
  public Generation constraint(Constraint constraint) {
    this.constraint = Objects.requireNonNull(constraint);
    return this;
  }

  /** Tells of each token as it comes; of beams, when the search has ended. */
  public Generation listener(TokenListener listener) {
    this.listener = Objects.requireNonNull(listener);
    return this;
  }

  /** Ends the generation, with the tokens so far, within one token of this becoming true. */
  public Generation cancelled(BooleanSupplier cancelled) {
    this.cancelled = Objects.requireNonNull(cancelled);
    return this;
  }

  /** Goes on from beginnings that the cache holds; used where there is one prompt for a decoder. */
  public Generation prefixes(PrefixCache prefixes) {
    if (prefixes.model() != model) {
      throw new IllegalArgumentException("the prefix cache belongs to another model");
    }
    this.prefixes = prefixes;
    return this;
  }

  /**
   * Continues prompts side by side.
   *
   * @param prompts token ids of each; with an encoder, its sources
   * @return {@code num_return_sequences} continuations of the first prompt, then of the second, …
   * @throws IllegalArgumentException if the config contradicts itself or does not fit the model, or
   *     a prompt is empty or too long
   */
  public List<Generated> generate(int[]... prompts) {
    check(prompts);
    if (constraint == null) {
      constraint = form();
    }
    if (config.numBeams() == 1 && prompts.length > 1) {
      return batch(prompts);
    }
    List<Generated> all = new ArrayList<>();
    for (int[] prompt : prompts) {
      all.addAll(one(prompt, all.size()));
    }
    return all;
  }

  private void check(int[][] prompts) {
    if (prompts.length == 0 || Arrays.stream(prompts).anyMatch(prompt -> prompt.length == 0)) {
      throw new IllegalArgumentException("there is nothing to continue: a prompt has no tokens");
    }
    if (config.numBeams() == 1 && !config.doSample() && config.numReturnSequences() > 1) {
      throw new IllegalArgumentException(
          "num_return_sequences is more than 1, but a greedy continuation is one only; set"
              + " do_sample or num_beams");
    }
    if (config.numBeams() > 1 && config.numReturnSequences() > config.numBeams()) {
      throw new IllegalArgumentException(
          "num_return_sequences is %d, more than num_beams, %d; lower it"
              .formatted(config.numReturnSequences(), config.numBeams()));
    }
    if (config.promptLookupNumTokens() > 0
        && (config.numBeams() > 1 || config.numReturnSequences() > 1 || prompts.length > 1)) {
      throw new IllegalArgumentException(
          "prompt_lookup_num_tokens is set, but works for one prompt and one continuation, without"
              + " beams; set it to 0");
    }
    if (model.encoderDecoder() && config.decoderStartTokenId() < 0) {
      throw new IllegalArgumentException(
          "decoder_start_token_id is not set, but the model needs it; add it to"
              + " generation_config.json");
    }
  }

  private Constraint form() {
    if (config.regex().isEmpty() && config.grammar().isEmpty()) {
      return null;
    } else if (!config.regex().isEmpty() && !config.grammar().isEmpty()) {
      throw new IllegalArgumentException("regex and grammar are both set; leave one out");
    }
    TextForms forms = new TextForms(model.tokenizer(), model.encoderDecoder());
    return config.grammar().isEmpty()
        ? forms.regex(config.regex(), config.eosTokenIds())
        : forms.grammar(config.grammar(), config.eosTokenIds());
  }

  /** Continues one prompt: the way of a talk or a text. */
  private List<Generated> one(int[] prompt, int first) {
    if (model.encoderDecoder()) {
      int[] start = {config.decoderStartTokenId()};
      try (Continuation continuation = model.open(new int[][] {prompt})) {
        return goOn(continuation, continuation.prefill(start)[0], start, first);
      }
    }
    PrefixCache cache = prefixes == null ? new PrefixCache(model, 0) : prefixes;
    try (PrefixCache.Lease lease = cache.read(prompt, cancelled)) {
      if (lease.logits() == null) {
        List<Row> rows = rows(prompt);
        rows.forEach(Row::cancel);
        return rows.stream().map(Row::result).toList();
      }
      if (config.numBeams() == 1 && config.numReturnSequences() == 1) {
        return goOn(lease.continuation(), lease.logits(), prompt, first);
      }
      try (Continuation branch = lease.continuation().branch(0)) {
        return goOn(branch, lease.logits(), prompt, first);
      }
    }
  }

  private List<Generated> goOn(Continuation continuation, float[] logits, int[] start, int first) {
    if (config.numBeams() > 1) {
      int most = most(start);
      Scores scores = new Scores(config, start.length, most, processors);
      BeamSearch search = new BeamSearch(config, scores, stops(), constraint, cancelled);
      List<Generated> found = search.run(continuation, logits, start, most);
      for (int i = 0; i < found.size(); i++) {
        for (int id : found.get(i).ids()) {
          listener.token(first + i, id);
        }
      }
      return found;
    }
    List<Row> rows = rows(start);
    if (config.promptLookupNumTokens() > 0) {
      return new PromptLookup(config, listener, cancelled).run(continuation, logits, rows.get(0));
    }
    float[][] all = repeated(continuation, new float[][] {logits});
    return new TokenLoop(listener, cancelled).run(continuation, all, rows);
  }

  /** Continues several prompts in one batch. */
  private List<Generated> batch(int[][] prompts) {
    int[][] starts = prompts.clone();
    if (model.encoderDecoder()) {
      Arrays.fill(starts, new int[] {config.decoderStartTokenId()});
    }
    try (Continuation continuation =
        model.encoderDecoder() ? model.open(prompts) : model.open(prompts.length)) {
      float[][] logits = repeated(continuation, continuation.prefill(starts));
      return new TokenLoop(listener, cancelled).run(continuation, logits, rows(starts));
    }
  }

  private List<Row> rows(int[]... starts) {
    List<Row> rows = new ArrayList<>();
    StopStrings stops = stops();
    for (int[] start : starts) {
      for (int i = 0; i < config.numReturnSequences(); i++) {
        Scores scores = new Scores(config, start.length, most(start), processors);
        rows.add(new Row(rows.size(), start, most(start), scores, config, stops, constraint));
      }
    }
    return rows;
  }

  private StopStrings stops() {
    return new StopStrings(model.tokenizer(), config.stopStrings());
  }

  /** Repeats each row as often as there are continuations of it. */
  private float[][] repeated(Continuation continuation, float[][] logits) {
    int times = config.numReturnSequences();
    if (times == 1) {
      return logits;
    }
    int[] rows = new int[logits.length * times];
    Arrays.setAll(rows, i -> i / times);
    continuation.select(rows);
    return Arrays.stream(rows).mapToObj(row -> logits[row].clone()).toArray(float[][]::new);
  }

  private int most(int[] start) {
    return Math.min(
        config.newTokens(start.length), Math.max(1, model.contextLength() - start.length + 1));
  }
}
