package dev.triptych.host.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.api.Plan;
import java.util.Map;

/** Plans as JSON that a person may edit; keys that nobody knows are kept. */
public final class PlanJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private PlanJson() {}

  /**
   * Reads a plan.
   *
   * @throws IllegalArgumentException if the text is not a JSON object, saying the line, or if a
   *     field is wrong, naming it and what it must be
   */
  public static Plan read(String json) {
    Map<String, Object> fields;
    try {
      fields = JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null ? "" : " (line %d)".formatted(e.getLocation().getLineNr());
      throw new IllegalArgumentException(
          "the plan is no JSON object" + where + ": " + e.getOriginalMessage(), e);
    }
    if (fields == null) {
      throw new IllegalArgumentException("the plan is no JSON object: it is null");
    }
    return Plan.of(fields);
  }

  /** Writes a plan, its fields in their order. */
  public static String write(Plan plan) {
    try {
      return JSON.writeValueAsString(plan.fields());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan holds only what JSON has", e);
    }
  }
}
