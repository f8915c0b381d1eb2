package dev.triptych.models.diffusers.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The tiny pipelines of {@code src/test/golden/pipelines}, put together as make.py does it. */
final class TinyPipelines {
  private static final Path GOLDEN = Path.of("src/test/golden/pipelines");

  private final JsonNode written;
  private final Safetensors results;
  private final Safetensors shortResults; // of runs in 16 bits

  TinyPipelines() throws IOException {
    written = new ObjectMapper().readTree(GOLDEN.resolve("cases.json").toFile());
    results = Safetensors.open(GOLDEN.resolve("results.safetensors"));
    shortResults = Safetensors.open(GOLDEN.resolve("results-16bit.safetensors"));
  }

  JsonNode cases() {
    return written.path("cases");
  }

  String prompt() {
    return written.path("prompt").asText();
  }

  float[] result(String name) throws IOException {
    return results.floats(name);
  }

  /** Returns whether a case was run in a type of 16 bits. */
  boolean ranIn(String dtype, String name) {
    return shortResults.entries().containsKey(name + "." + dtype + ".latents");
  }

  /** Returns a result of a run in a type of 16 bits. */
  float[] result(String name, String dtype, String what) throws IOException {
    return shortResults.floats(name + "." + dtype + "." + what);
  }

  int[] shape(String name) {
    long[] shape = results.entries().get(name).shape();
    return new int[] {(int) shape[0], (int) shape[1], (int) shape[2]};
  }

  /** Makes the folder of a pipeline with one of the schedulers. */
  Path folder(Path to, String pipeline, String scheduler) throws IOException {
    JsonNode described = written.path("pipelines").path(pipeline);
    JsonNode settings = written.path("schedulers").path(scheduler);
    ObjectNode index = described.path("index").deepCopy();
    index.putArray("scheduler").add("diffusers").add(settings.path("_class_name").asText());
    Files.createDirectories(to.resolve("scheduler"));
    Files.writeString(to.resolve("model_index.json"), index.toString());
    Files.writeString(
        to.resolve("scheduler").resolve("scheduler_config.json"), settings.toString());
    for (Map.Entry<String, JsonNode> part : described.path("parts").properties()) {
      Path target = Files.createDirectories(to.resolve(part.getKey()));
      try (Stream<Path> files = Files.list(GOLDEN.resolve(part.getValue().asText()))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
      }
    }
    return to;
  }
}
