package dev.triptych.text.write;

import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.generation.GenerationConfig;
import java.util.List;

/** The parameters that say how tokens are drawn; what is not given is the model's own. */
final class Drawing {
  static final Parameter.Real TEMPERATURE =
      Parameter.Real.of(
          "temperature",
          Phrase.of(
              "Boldness: 0 takes the likeliest word always; the model's own unless given",
              "大胆程度：0 总取最可能的词；不指定时由模型决定"),
          0,
          2);
  static final Parameter.Real TOP_P =
      Parameter.Real.of(
          "topP",
          Phrase.of(
              "Words are drawn among the likeliest that reach this probability (top_p)",
              "在累计概率达到此值的最可能的词中抽取（top_p）"),
          0.01,
          1);
  static final Parameter.Whole TOP_K =
      Parameter.Whole.of(
          "topK",
          Phrase.of(
              "Words are drawn among so many of the likeliest; 0 for all (top_k)",
              "在最可能的若干词中抽取；0 为全部（top_k）"),
          0,
          100_000);
  static final Parameter.Real REPETITION =
      Parameter.Real.of(
          "repetitionPenalty",
          Phrase.of(
              "Above 1 makes words that were used less likely (repetition_penalty)",
              "大于 1 时用过的词更少再用（repetition_penalty）"),
          0.5,
          2);
  static final Parameter.Whole NEW_TOKENS =
      Parameter.Whole.of(
          "maxNewTokens",
          Phrase.of(
              "The most tokens that are written (max_new_tokens)", "最多写多少个词元（max_new_tokens）"),
          1,
          8192);
  static final Parameter.Text STOP =
      Parameter.Text.of(
          "stop",
          Phrase.of("Writing ends before this text; \\n is a new line", "写到此文字之前为止；\\n 为换行"),
          200);

  /** All of them, in the order in which a form shows them. */
  static final List<Parameter<?>> PARAMETERS =
      List.of(TEMPERATURE, TOP_P, TOP_K, REPETITION, NEW_TOKENS, STOP);

  private Drawing() {}

  /** Returns a model's config with what the user gave; boldly where neither says anything. */
  static GenerationConfig config(GenerationConfig own, Request request, int tokens) {
    GenerationConfig config = own.with("seed", request.seed());
    if (!own.isSet("do_sample") && !own.isSet("temperature") && !own.isSet("num_beams")) {
      config = config.with("do_sample", true).with("temperature", 0.8).with("top_p", 0.95);
    }
    return given(config, request).with("max_new_tokens", request.find(NEW_TOKENS).orElse(tokens));
  }

  /** Returns a config with what the user gave. */
  static GenerationConfig given(GenerationConfig own, Request request) {
    GenerationConfig config = own;
    if (request.find(TEMPERATURE).isPresent()) {
      double temperature = request.find(TEMPERATURE).orElseThrow();
      config = config.with("do_sample", temperature > 0);
      config = temperature > 0 ? config.with("temperature", temperature) : config;
    } else if (request.find(TOP_P).isPresent() || request.find(TOP_K).isPresent()) {
      config = config.with("do_sample", true);
    }
    if (request.find(TOP_P).isPresent()) {
      config = config.with("top_p", request.find(TOP_P).orElseThrow());
    }
    if (request.find(TOP_K).isPresent()) {
      config = config.with("top_k", request.find(TOP_K).orElseThrow());
    }
    if (request.find(REPETITION).isPresent()) {
      config = config.with("repetition_penalty", request.find(REPETITION).orElseThrow());
    }
    String stop = request.find(STOP).orElse("").replace("\\n", "\n");
    return stop.isEmpty() ? config : config.with("stop_strings", listed(stop));
  }

  /** Returns a list of one text, as JSON. */
  private static String listed(String text) {
    return "[\""
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + "\"]";
  }
}
