package dev.triptych.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The tiny random pipelines of models' golden files, put together as their make.py does it. */
final class TinyDiffusers {
  static final Path GOLDEN = Path.of("../models/src/test/golden/pipelines");

  private TinyDiffusers() {}

  /**
   * Makes the folder of a pipeline.
   *
   * @param pipeline sd, xl or lcm
   * @param scheduler one of make.py's, such as ddim
   */
  static Path folder(Path to, String pipeline, String scheduler) throws IOException {
    JsonNode written = new ObjectMapper().readTree(GOLDEN.resolve("cases.json").toFile());
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
