package dev.triptych.models.generation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.models.generation.Setting.Kind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of generation, by their names in transformers, with its defaults (4.53). */
final class Settings {

  private static final int MOST_ROWS = 1024; // side by side, each with its own keys and values

  static final Map<String, Setting> ALL = all();

  private static Map<String, Setting> all() {
    Map<String, Setting> all = new LinkedHashMap<>();
    List.of(
            Setting.flag("do_sample"),
            Setting.real("temperature", 0, 1000, 1),
            new Setting("top_k", Kind.WHOLE, 0, Integer.MAX_VALUE, 50L, 0L),
            Setting.real("top_p", 0, 1, 1),
            new Setting("min_p", Kind.REAL, 0, 1, -1.0, -1.0),
            Setting.real("typical_p", 0, 1, 1),
            Setting.real("epsilon_cutoff", 0, 1, 0),
            Setting.real("eta_cutoff", 0, 1, 0),
            Setting.real("repetition_penalty", 1e-3, 1000, 1),
            Setting.whole("no_repeat_ngram_size", 0, 0),
            Setting.list("bad_words_ids", Kind.WORDS),
            Setting.list("suppress_tokens", Kind.IDS),
            Setting.list("begin_suppress_tokens", Kind.IDS),
            Setting.list("stop_strings", Kind.TEXTS),
            Setting.list("eos_token_id", Kind.IDS),
            Setting.whole("bos_token_id", 0, -1),
            Setting.whole("pad_token_id", -1, -1),
            Setting.whole("decoder_start_token_id", 0, -1),
            Setting.whole("forced_bos_token_id", 0, -1),
            Setting.list("forced_eos_token_id", Kind.IDS),
            Setting.whole("min_length", 0, 0),
            Setting.whole("max_length", 1, -1),
            Setting.whole("min_new_tokens", 0, 0),
            Setting.whole("max_new_tokens", 1, -1),
            new Setting("num_beams", Kind.WHOLE, 1, MOST_ROWS, 1L, 1L),
            Setting.real("length_penalty", -1000, 1000, 1),
            new Setting("early_stopping", Kind.EARLY, 0, 0, "false", "false"),
            new Setting("num_return_sequences", Kind.WHOLE, 1, MOST_ROWS, 1L, 1L),
            Setting.flag("renormalize_logits"),
            Setting.whole("prompt_lookup_num_tokens", 0, 0),
            new Setting("max_matching_ngram_size", Kind.WHOLE, 1, 64, 2L, 2L),
            new Setting("seed", Kind.WHOLE, Long.MIN_VALUE, Long.MAX_VALUE, 0L, 0L),
            Setting.text("regex"),
            Setting.text("grammar"))
        .forEach(setting -> all.put(setting.name(), setting));
    return Collections.unmodifiableMap(all);
  }

  /** What changes the results of transformers but not ours, with the value that changes nothing. */
  private static final Map<String, Double> ABSENT =
      Map.ofEntries(
          Map.entry("num_beam_groups", 1.0),
          Map.entry("diversity_penalty", 0.0),
          Map.entry("penalty_alpha", 0.0),
          Map.entry("encoder_repetition_penalty", 1.0),
          Map.entry("encoder_no_repeat_ngram_size", 0.0),
          Map.entry("guidance_scale", 1.0),
          Map.entry("token_healing", 0.0),
          Map.entry("dola_layers", 0.0),
          Map.entry("force_words_ids", 0.0),
          Map.entry("constraints", 0.0),
          Map.entry("sequence_bias", 0.0),
          Map.entry("exponential_decay_length_penalty", 0.0),
          Map.entry("watermarking_config", 0.0));

  private Settings() {}

  /** Refuses a value that changes what transformers does, but not what we do. */
  static void refuseAbsent(String name, JsonNode value) {
    if (ABSENT.containsKey(name)
        && !value.isNull()
        && (value.isContainerNode() || value.asDouble() != ABSENT.get(name))) {
      throw new IllegalArgumentException(
          name + " is set, which this version cannot do; take it out");
    }
  }
}
