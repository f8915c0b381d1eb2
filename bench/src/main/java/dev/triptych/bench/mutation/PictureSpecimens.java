package dev.triptych.bench.mutation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whole diffusers folders of tiny random weights, pictures and latents, out of tests. */
final class PictureSpecimens {

  private static final List<String> PICTURES =
      List.of("side.png", "linear.jpg", "side.webp", "linear.tif", "plain.bmp");

  private final Path golden;
  private final Path pictures;

  PictureSpecimens(Path models, Path image) {
    golden = models.resolve("src/test/golden/pipelines");
    pictures = image.resolve("src/test/resources/dev/triptych/image/files");
  }

  /** Writes folders into {@code whole}, and pictures and latents into {@code inputs}. */
  void write(Path place) throws IOException {
    JsonNode written = new ObjectMapper().readTree(golden.resolve("cases.json").toFile());
    for (Map.Entry<String, JsonNode> one : written.path("pipelines").properties()) {
      String scheduler = one.getKey().equals("lcm") ? "lcm" : "pndm";
      Path folder = Files.createDirectories(place.resolve("whole").resolve(one.getKey()));
      JsonNode settings = written.path("schedulers").path(scheduler);
      ObjectNode index = one.getValue().path("index").deepCopy();
      Files.writeString(folder.resolve("model_index.json"), index.toPrettyString());
      Files.createDirectories(folder.resolve("scheduler"));
      Files.writeString(
          folder.resolve("scheduler").resolve("scheduler_config.json"), settings.toPrettyString());
      for (Map.Entry<String, JsonNode> part : one.getValue().path("parts").properties()) {
        Path target = Files.createDirectories(folder.resolve(part.getKey()));
        try (Stream<Path> files = Files.list(golden.resolve(part.getValue().asText()))) {
          for (Path file : (Iterable<Path>) files::iterator) {
            Files.copy(file, target.resolve(file.getFileName().toString()));
          }
        }
      }
    }
    Path inputs = Files.createDirectories(place.resolve("inputs"));
    for (String picture : PICTURES) {
      Files.copy(pictures.resolve(picture), inputs.resolve(picture));
    }
    new SafetensorsWriter()
        .add("latents", Dtype.F32, new float[4 * 16 * 16], 1, 4, 16, 16)
        .write(inputs.resolve("latents.safetensors"));
  }
}
