package dev.triptych.models.diffusers.schedulers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    refuse("thresholding", "algorithm_type=sde-dpmsolver++", "algorithm_type=sde-dpmsolver");
    refuse("algorithm_type=dpmsolver", "use_lu_lambdas", "use_exponential_sigmas");
    refuse("use_beta_sigmas", "use_flow_sigmas", "variance_type=learned");
    refuse("variance_type=learned_range", "prediction_type=flow_prediction");
    if (json.hasNonNull("trained_betas")) {
      throw refused("trained_betas", "a table");
    }
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
    String text = Files.readString(file);
    try {
      return parse(file.toString(), text);
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
    return NoiseSchedule.of(this);
  }

  boolean flag(String key, boolean initial) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isBoolean()) {
      throw refused(key, value.toString());
    }
    return value.booleanValue();
  }

  int whole(String key, int initial) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isInt()) {
      throw refused(key, value.toString());
    }
    return value.intValue();
  }

  double real(String key, double initial) {
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

  String choice(String key, String initial, List<String> choices) {
    String value = text(key, initial);
    if (!choices.contains(value)) {
      throw new IllegalArgumentException(
          where + ": " + key + " is \"" + value + "\", but must be one of " + choices);
    }
    return value;
  }

  private String text(String key, String initial) {
    JsonNode value = json.get(key);
    return value != null && value.isTextual() ? value.textValue() : initial;
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

  private IllegalArgumentException refused(String key, String value) {
    return new IllegalArgumentException(where + ": " + key + " = " + value + " is not supported");
  }
}
