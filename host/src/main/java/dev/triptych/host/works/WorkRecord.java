package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Artifact;
import dev.triptych.api.Lineage;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The spelling of a work's lineage as JSON, and the id that follows from it. */
public final class WorkRecord {
  /** Finds a work by its id; the work may be gone, then opening it fails. */
  interface Finder {
    Artifact find(String id) throws IOException;
  }

  private WorkRecord() {}

  /** Returns a lineage as JSON-like maps; inputs are named by the ids of their works. */
  public static Map<String, Object> json(Lineage lineage) {
    Request request = lineage.request();
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("prompt", request.prompt());
    asked.put("seed", request.seed());
    asked.put("plan", request.plan().fields());
    asked.put("values", request.values());
    Map<String, Object> inputs = new TreeMap<>();
    request.inputs().forEach((name, work) -> inputs.put(name, work.id()));
    asked.put("inputs", inputs);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("generator", lineage.generator());
    json.put("version", lineage.version());
    json.put("request", asked);
    json.put("models", lineage.models());
    json.put("sources", lineage.sources());
    json.put("environment", lineage.environment());
    json.put("notes", lineage.notes());
    return json;
  }

  /**
   * Returns the id of a record: the SHA-256 of the canonical JSON of {@code
   * {"lineage":…,"mediaType":…}}.
   */
  public static String id(String mediaType, Lineage lineage) {
    return Digest.sha256(
        CanonicalJson.write(Map.of("mediaType", mediaType, "lineage", json(lineage)))
            .getBytes(UTF_8));
  }

  /** Returns the text of a record file. */
  static String write(StoredWork work) {
    return CanonicalJson.write(
            Map.of(
                "artifact", work.id(),
                "bytes", work.size(),
                "mediaType", work.mediaType(),
                "record", work.record(),
                "lineage", json(work.lineage())))
        + "\n";
  }

  /** What a record file says. */
  record Read(String artifact, String record, String mediaType, Lineage lineage) {}

  /**
   * Reads a record file's text.
   *
   * @throws IOException if it is not a record
   */
  static Read read(String text, Finder works) throws IOException {
    try {
      Map<?, ?> json = new ObjectMapper().readValue(text, Map.class);
      return new Read(
          (String) json.get("artifact"),
          (String) json.get("record"),
          (String) json.get("mediaType"),
          lineage(map(json.get("lineage")), works));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new IOException("this is not the record of a work", e);
    }
  }

  private static Lineage lineage(Map<String, Object> json, Finder works) throws IOException {
    Map<String, Object> asked = map(json.get("request"));
    Map<String, Artifact> inputs = new TreeMap<>();
    for (Map.Entry<String, Object> input : map(asked.get("inputs")).entrySet()) {
      inputs.put(input.getKey(), works.find((String) input.getValue()));
    }
    Request request =
        Request.of(
                (String) asked.get("prompt"),
                Plan.of(map(asked.get("plan"))),
                ((Number) asked.get("seed")).longValue())
            .withValues(texts(asked.get("values")))
            .withInputs(inputs);
    List<String> sources =
        ((List<?>) json.get("sources")).stream().map(String.class::cast).toList();
    return Lineage.of((String) json.get("generator"), (String) json.get("version"), request)
        .withModels(texts(json.get("models")))
        .withSources(sources)
        .withEnvironment(texts(json.get("environment")))
        .withNotes(texts(json.get("notes")));
  }

  private static Map<String, Object> map(Object json) {
    Map<String, Object> copy = new LinkedHashMap<>();
    ((Map<?, ?>) json).forEach((key, value) -> copy.put((String) key, value));
    return copy;
  }

  private static Map<String, String> texts(Object json) {
    Map<String, String> copy = new TreeMap<>();
    map(json).forEach((key, value) -> copy.put(key, (String) value));
    return copy;
  }
}
