package dev.triptych.models.generation;

import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.sampling.LogitsProcessor;
import java.util.ArrayList;
import java.util.List;

/**
 * The processors of a config in transformers' order, with the caller's own and a form's mask
 * between penalties and filters.
 */
final class Scores {

  private final List<LogitsProcessor> penalties = new ArrayList<>();
  private final List<LogitsProcessor> filters = new ArrayList<>();

  /**
   * Lists what a config asks for.
   *
   * @param prompt tokens before the first new one
   * @param most new tokens
   * @param own processors of the caller
   */
  Scores(GenerationConfig config, int prompt, int most, List<LogitsProcessor> own) {
    int[] ends = config.eosTokenIds();
    when(config.repetitionPenalty() != 1, () -> Penalties.repetition(config.repetitionPenalty()));
    when(config.noRepeatNgramSize() > 0, () -> Penalties.noRepeatNgram(config.noRepeatNgramSize()));
    when(!config.badWordsIds().isEmpty(), () -> Penalties.badWords(config.badWordsIds(), ends));
    int least = Math.max(config.minLength(), prompt + config.minNewTokens());
    when(ends.length > 0 && least > prompt, () -> Penalties.minLength(least, ends));
    when(config.forcedBosTokenId() >= 0, () -> Penalties.forcedAt(1, config.forcedBosTokenId()));
    when(
        config.forcedEosTokenIds().length > 0,
        () -> Penalties.forcedAt(prompt + most - 1, config.forcedEosTokenIds()));
    when(config.suppressTokens().length > 0, () -> Penalties.suppress(config.suppressTokens()));
    int begin = prompt > 1 || config.forcedBosTokenId() < 0 ? prompt : prompt + 1;
    when(
        config.beginSuppressTokens().length > 0,
        () -> Penalties.suppressAt(begin, config.beginSuppressTokens()));
    penalties.addAll(own);
    if (config.doSample()) {
      filter(config, config.numBeams() > 1 ? ends.length + 1 : 1);
    }
    if (config.renormalizeLogits()) {
      filters.add(Filters.normalized());
    }
  }

  private void when(boolean asked, java.util.function.Supplier<LogitsProcessor> processor) {
    if (asked) {
      penalties.add(processor.get());
    }
  }

  private void filter(GenerationConfig config, int least) {
    if (config.temperature() != 1) {
      filters.add(Filters.temperature(config.temperature()));
    }
    if (config.topK() > 0) {
      filters.add(Filters.topK(config.topK(), least));
    }
    if (config.topP() < 1) {
      filters.add(Filters.topP(config.topP(), least));
    }
    if (config.minP() >= 0) {
      filters.add(Filters.minP(config.minP(), least));
    }
    if (config.typicalP() < 1) {
      filters.add(Filters.typicalP(config.typicalP(), least));
    }
    if (config.epsilonCutoff() > 0) {
      filters.add(Filters.epsilon(config.epsilonCutoff(), least));
    }
    if (config.etaCutoff() > 0) {
      filters.add(Filters.eta(config.etaCutoff(), least));
    }
  }

  /**
   * Changes logits in place.
   *
   * <p>Logits that are no numbers come of damaged weights.
   *
   * @param ids tokens so far, of which the first {@code length} count
   * @param form state of the form, or null
   */
  void process(int[] ids, int length, Constraint.State form, float[] logits) {
    for (float logit : logits) {
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the model computes no numbers: its weights are damaged; get them again");
      }
    }
    penalties.forEach(processor -> processor.process(ids, length, logits));
    if (form != null) {
      form.mask(logits);
    }
    filters.forEach(processor -> processor.process(ids, length, logits));
  }
}
