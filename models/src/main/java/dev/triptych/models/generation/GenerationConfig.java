package dev.triptych.models.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a text is continued, with the names and defaults of transformers' {@code GenerationConfig}
 * (4.53), and three of our own: {@code seed}, {@code regex}, {@code grammar}.
 *
 * <pre>{@code
 * GenerationConfig config =
 *     GenerationConfig.read(folder).with("do_sample", "true").with("top_p", "0.9");
 * }</pre>
 *
 * <p>Immutable. A class and no record, so that it can grow.
 */
public final class GenerationConfig {

  private static final GenerationConfig INITIAL = new GenerationConfig(Map.of());

  private final Map<String, Object> values;

  private GenerationConfig(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** Returns the defaults: greedy, 20 new tokens, no end token. */
  public static GenerationConfig of() {
    return INITIAL;
  }

  /**
   * Reads a model folder's {@code generation_config.json}, or what its {@code config.json} says of
   * generation if there is no such file.
   *
   * @throws IOException if a file is damaged, or asks for what is not computed here, saying which
   */
  public static GenerationConfig read(Path folder) throws IOException {
    Path file = folder.resolve("generation_config.json");
    try {
      if (Files.exists(file)) {
        return INITIAL.with(json(file));
      }
      file = folder.resolve("config.json");
      JsonNode config = json(file);
      return INITIAL.with(config.path("text_config")).with(config);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode json(Path file) throws IOException {
    try {
      JsonNode json = JsonMapper.builder().build().readTree(Files.readString(file));
      if (!json.isObject()) {
        throw new IOException(file + " is no JSON object; get it again");
      }
      return json;
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "the model's config is missing");
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new IOException(file + " is no JSON; get it again");
    }
  }

  private GenerationConfig with(JsonNode json) {
    Map<String, Object> changed = new LinkedHashMap<>(values);
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = entry.getKey();
      JsonNode value = entry.getValue();
      boolean initialLength = name.equals("max_length") && value.asInt() == 20;
      if (Settings.ALL.containsKey(name) && !initialLength) {
        changed.put(name, Settings.ALL.get(name).value(value));
      }
      Settings.refuseAbsent(name, value);
    }
    return new GenerationConfig(changed);
  }

  /**
   * Returns a config with one value set, as typed on a command line: {@code true}, {@code 0.7},
   * {@code [1,2]}, {@code none}.
   *
   * @throws IllegalArgumentException if there is no such name, or the value is none for it
   */
  public GenerationConfig with(String name, String value) {
    Setting setting = Settings.ALL.get(name);
    if (setting == null) {
      throw new IllegalArgumentException(
          "no setting of generation is called " + name + "; there are: " + names());
    }
    Map<String, Object> changed = new LinkedHashMap<>(values);
    changed.put(name, setting.parse(value));
    return new GenerationConfig(changed);
  }

  /** Returns a config with one number set; see {@link #with(String, String)}. */
  public GenerationConfig with(String name, Number value) {
    return with(name, value.toString());
  }

  /** Returns a config with one flag set; see {@link #with(String, String)}. */
  public GenerationConfig with(String name, boolean value) {
    return with(name, Boolean.toString(value));
  }

  /** Returns the names that can be set, as transformers spells them. */
  public static String names() {
    return String.join(", ", Settings.ALL.keySet());
  }

  /** Returns whether a value was set, by a file or by {@link #with(String, String)}. */
  public boolean isSet(String name) {
    return values.containsKey(name);
  }

  private Object value(String name) {
    return values.getOrDefault(name, Settings.ALL.get(name).initial());
  }

  private int whole(String name) {
    return ((Long) value(name)).intValue();
  }

  private double real(String name) {
    return (Double) value(name);
  }

  private boolean flag(String name) {
    return (Boolean) value(name);
  }

  @SuppressWarnings("unchecked")
  private int[] ids(String name) {
    return ((List<Integer>) value(name)).stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns whether tokens are drawn; otherwise the likeliest is taken. */
  public boolean doSample() {
    return flag("do_sample");
  }

  /** Returns what logits are divided by before a draw. */
  public double temperature() {
    return real("temperature");
  }

  /** Returns how many of the likeliest tokens take part in a draw; 0 for all. */
  public int topK() {
    return whole("top_k");
  }

  /** Returns the probability that the likeliest tokens must reach to be all of a draw. */
  public double topP() {
    return real("top_p");
  }

  /** Returns the share of the likeliest token's probability that others need; -1 for none. */
  public double minP() {
    return real("min_p");
  }

  /** Returns the probability that the most typical tokens must reach to be all of a draw. */
  public double typicalP() {
    return real("typical_p");
  }

  /** Returns the probability that a token needs to take part in a draw. */
  public double epsilonCutoff() {
    return real("epsilon_cutoff");
  }

  /** Returns the number from which eta sampling finds the probability that a token needs. */
  public double etaCutoff() {
    return real("eta_cutoff");
  }

  /** Returns what the logits of tokens that occurred are divided by; 1 for nothing. */
  public double repetitionPenalty() {
    return real("repetition_penalty");
  }

  /** Returns the length of the runs of tokens that may occur once only; 0 for none. */
  public int noRepeatNgramSize() {
    return whole("no_repeat_ngram_size");
  }

  /** Returns the runs of tokens that may not occur. */
  @SuppressWarnings("unchecked")
  public List<List<Integer>> badWordsIds() {
    return (List<List<Integer>>) value("bad_words_ids");
  }

  /** Returns the tokens that may not occur. */
  public int[] suppressTokens() {
    return ids("suppress_tokens");
  }

  /** Returns the tokens that may not come first. */
  public int[] beginSuppressTokens() {
    return ids("begin_suppress_tokens");
  }

  /** Returns the texts after which a row ends. */
  @SuppressWarnings("unchecked")
  public List<String> stopStrings() {
    return (List<String>) value("stop_strings");
  }

  /** Returns the tokens with which a row ends. */
  public int[] eosTokenIds() {
    return ids("eos_token_id");
  }

  /** Returns the token that begins a text, or -1. */
  public int bosTokenId() {
    return whole("bos_token_id");
  }

  /** Returns the token that fills rows, or -1; ours need none. */
  public int padTokenId() {
    return whole("pad_token_id");
  }

  /** Returns the token that a decoder with an encoder begins with, or -1. */
  public int decoderStartTokenId() {
    int start = whole("decoder_start_token_id");
    return start < 0 ? bosTokenId() : start;
  }

  /** Returns the token that must come after a first one, or -1. */
  public int forcedBosTokenId() {
    return whole("forced_bos_token_id");
  }

  /** Returns the tokens of which one must be the last when the length is used up. */
  public int[] forcedEosTokenIds() {
    return ids("forced_eos_token_id");
  }

  /** Returns how many tokens there must be before an end, with those of a decoder's prompt. */
  public int minLength() {
    return whole("min_length");
  }

  /** Returns how many tokens there must be before an end. */
  public int minNewTokens() {
    return whole("min_new_tokens");
  }

  /**
   * Returns how many tokens may follow a prompt: {@code max_new_tokens}, or else {@code max_length}
   * less the prompt, or else 20.
   *
   * @param prompt tokens of the prompt; 1, the start token, where an encoder reads it
   * @throws IllegalArgumentException if the prompt leaves no room
   */
  public int newTokens(int prompt) {
    if (whole("max_new_tokens") > 0) {
      return whole("max_new_tokens");
    }
    if (whole("max_length") < 0) {
      return 20;
    }
    if (whole("max_length") <= prompt) {
      throw new IllegalArgumentException(
          "the prompt has "
              + prompt
              + " tokens, and max_length is "
              + whole("max_length")
              + "; set max_new_tokens instead");
    }
    return whole("max_length") - prompt;
  }

  /** Returns how many beams are searched; 1 for none. */
  public int numBeams() {
    return whole("num_beams");
  }

  /** Returns the power of the length by which a beam's score is divided. */
  public double lengthPenalty() {
    return real("length_penalty");
  }

  /** Returns when a beam search ends: {@code true}, {@code false} or {@code never}. */
  public String earlyStopping() {
    return (String) value("early_stopping");
  }

  /** Returns how many continuations a prompt gets. */
  public int numReturnSequences() {
    return whole("num_return_sequences");
  }

  /** Returns whether scores are made log-probabilities again after all processors. */
  public boolean renormalizeLogits() {
    return flag("renormalize_logits");
  }

  /** Returns how many tokens are guessed from what was read before; 0 for none. */
  public int promptLookupNumTokens() {
    return whole("prompt_lookup_num_tokens");
  }

  /** Returns how many last tokens a guess must agree with at most. */
  public int maxMatchingNgramSize() {
    return whole("max_matching_ngram_size");
  }

  /** Returns where the random numbers begin. */
  public long seed() {
    return (Long) value("seed");
  }

  /** Returns the regular expression that the text must match, or an empty text. */
  public String regex() {
    return (String) value("regex");
  }

  /** Returns the grammar in GBNF that the text must follow, or an empty text. */
  public String grammar() {
    return (String) value("grammar");
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
