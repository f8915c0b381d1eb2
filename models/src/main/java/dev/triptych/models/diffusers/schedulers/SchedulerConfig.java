package dev.triptych.models.diffusers.schedulers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.message.Excerpt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The settings of a scheduler, as {@code scheduler_config.json} holds them. */
public final class SchedulerConfig {

  /** The file's name inside the folder {@code scheduler}. */
  public static final String FILE = "scheduler_config.json";

  /** Python writes {@code -Infinity}, which strict JSON does not know. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final String where;
  private final ObjectNode json;

  private SchedulerConfig(String where, ObjectNode json) {
    this.where = where;
    this.json = json;
    refuse("use_flow_sigmas", "variance_type=learned", "variance_type=learned_range");
    int steps = trainSteps();
    if (steps < 2 || steps > 100_000) {
      throw refused("num_train_timesteps", Integer.toString(steps));
    }
  }

  /**
   * Reads {@code scheduler_config.json} in a folder.
   *
   * @throws IOException if it is missing, no JSON object, or asks for what is not supported
   */
  public static SchedulerConfig read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; get the model again", e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is damaged: it is no UTF-8; get it again", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Reads settings from JSON.
   *
   * @param where what to call them in errors
   * @throws IllegalArgumentException if the text is no JSON object, or asks for what is not
   *     supported
   */
  public static SchedulerConfig parse(String where, String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return new SchedulerConfig(where, object);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(where + " is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException(where + " must be a JSON object");
  }

  /**
   * Returns the settings of a model that predicts v on the scaled-linear schedule with no signal
   * left at the last step (Lin et al., "Common Diffusion Noise Schedules and Sample Steps are
   * Flawed", 2023), sampled by DPM-Solver++ with trailing steps.
   */
  public static SchedulerConfig velocity() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_class_name", "DPMSolverMultistepScheduler");
    json.put("_diffusers_version", "0.34.0");
    json.put("num_train_timesteps", 1000);
    json.put("beta_schedule", "scaled_linear");
    json.put("beta_start", 0.00085);
    json.put("beta_end", 0.012);
    json.put("prediction_type", "v_prediction");
    json.put("timestep_spacing", "trailing");
    json.put("rescale_betas_zero_snr", true);
    json.put("solver_order", 2);
    json.put("algorithm_type", "dpmsolver++");
    json.put("solver_type", "midpoint");
    json.put("lower_order_final", true);
    json.put("final_sigmas_type", "zero");
    return new SchedulerConfig(FILE, json);
  }

  /**
   * Returns these settings with one changed, for example what a user chose in place of it.
   *
   * @param value a text, a boolean or a number
   */
  public SchedulerConfig with(String key, Object value) {
    ObjectNode changed = json.deepCopy();
    changed.set(key, JSON.valueToTree(value));
    return new SchedulerConfig(where, changed);
  }

  /** Returns these settings with one added, if it is missing or null. */
  SchedulerConfig withDefault(String key, Object value) {
    return json.hasNonNull(key) ? this : with(key, value);
  }

  /** Returns what the settings are called in errors, for example their file. */
  public String where() {
    return where;
  }

  /** Returns the settings as JSON text. */
  public String json() {
    return json.toPrettyString();
  }

  /** Returns the name of the class in diffusers, or an empty text. */
  public String className() {
    return text("_class_name", "");
  }

  /** Returns the number of steps that the model was trained with. */
  public int trainSteps() {
    return whole("num_train_timesteps", 1000);
  }

  /** Returns what the model predicts: {@code epsilon}, {@code sample} or {@code v_prediction}. */
  public String predictionType() {
    return choice("prediction_type", "epsilon", List.of("epsilon", "sample", "v_prediction"));
  }

  /** Returns the schedule of the noise that the settings describe. */
  public NoiseSchedule schedule() {
    return NoiseSchedule.of(this, true);
  }

  boolean present(String key) {
    return json.hasNonNull(key);
  }

  /** Returns a list of whole numbers, empty where it is missing or null. */
  Set<Integer> wholes(String key) {
    Set<Integer> wholes = new TreeSet<>();
    if (present(key)) {
      if (!json.get(key).isArray()) {
        throw refused(key, json.get(key).toString());
      }
      for (JsonNode value : json.get(key)) {
        if (!value.isInt()) {
          throw refused(key, json.get(key).toString());
        }
        wholes.add(value.intValue());
      }
    }
    return wholes;
  }

  /** Returns a table of numbers between 0 and 1, or null where it is missing or null. */
  float[] table(String key) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    float[] table = new float[value.size()];
    for (int i = 0; i < table.length; i++) {
      double number = value.path(i).asDouble();
      if (!value.path(i).isNumber() || !(number > 0 && number < 1)) {
        throw refused(key, "a table with " + value.path(i));
      }
      table[i] = (float) number;
    }
    if (!value.isArray()) {
      throw refused(key, value.toString());
    }
    return table;
  }

  /** Returns a setting that is true or false, or {@code initial} where it is missing or null. */
  public boolean flag(String key, boolean initial) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isBoolean()) {
      throw refused(key, value.toString());
    }
    return value.booleanValue();
  }

  /** Returns a setting that is a whole number, or {@code initial} where it is missing or null. */
  public int whole(String key, int initial) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isInt()) {
      throw refused(key, value.toString());
    }
    return value.intValue();
  }

  /** Returns a setting that is a number, or {@code initial} where it is missing or null. */
  public double real(String key, double initial) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (value.asText().equals("-Infinity")) {
      return Double.NEGATIVE_INFINITY;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw refused(key, value.toString());
    }
    return value.doubleValue();
  }

  /**
   * Returns a setting that is one of a few words, or {@code initial} where it is missing or null.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  public String choice(String key, String initial, List<String> choices) {
    String value = text(key, initial);
    if (!choices.contains(value)) {
      throw new IllegalArgumentException(
          where + ": " + key + " is \"" + Excerpt.of(value) + "\", but must be one of " + choices);
    }
    return value;
  }

  private String text(String key, String initial) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isTextual()) {
      throw refused(key, value.toString());
    }
    return value.textValue();
  }

  private void refuse(String... settings) {
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      String key = equals < 0 ? setting : setting.substring(0, equals);
      boolean asked =
          equals < 0 ? flag(key, false) : text(key, "").equals(setting.substring(equals + 1));
      if (asked) {
        throw refused(key, json.get(key).toString());
      }
    }
  }

  IllegalArgumentException refused(String key, String value) {
    return new IllegalArgumentException(
        where + ": " + key + " = " + Excerpt.of(value) + " is not supported");
  }
}
