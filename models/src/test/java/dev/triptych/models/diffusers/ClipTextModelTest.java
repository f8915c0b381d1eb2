package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small random models give what transformers gave (src/test/golden/clip/make.py). */
class ClipTextModelTest {
  private static final Path GOLDEN = Path.of("src/test/golden/clip");

  /** Largest difference from transformers in fp32, of states that vary by about 1. */
  private static final double FLOAT32 = 1e-5;

  /** In fp16 and bf16 the mean difference: single numbers are off by the type's last bits. */
  private static final double FLOAT16 = 0.003;

  private static final double BFLOAT16 = 0.03;

  @ParameterizedTest
  @ValueSource(strings = {"text-quick-gelu", "text-gelu-projected", "text-first-end", "text-short"})
  void readsAsTransformers(String name) throws IOException {
    Path folder = GOLDEN.resolve(name);
    Safetensors answers = Safetensors.open(folder.resolve("answers.safetensors"));
    long[] shape = answers.entries().get("ids").shape();
    float[] numbers = answers.floats("ids");
    int[][] ids = new int[(int) shape[0]][(int) shape[1]];
    for (int i = 0; i < numbers.length; i++) {
      ids[i / (int) shape[1]][i % (int) shape[1]] = (int) numbers[i];
    }
    for (String dtype : List.of("float32", "float16", "bfloat16")) {
      try (ClipTextModel model = ClipTextModel.load(folder, Placement.of("cpu", dtype))) {
        ClipTextModel.States states = model.encode(ids, 0);
        close(answers.floats("last"), states.last(), dtype);
        close(answers.floats("penultimate"), states.penultimate(), dtype);
        close(answers.floats("pooled"), states.pooled(), dtype);
        if (model.config().layers() > 1) {
          ClipTextModel.States skipped = model.encode(ids, 1);
          close(answers.floats("last-skip-1"), skipped.last(), dtype);
          close(answers.floats("penultimate-skip-1"), skipped.penultimate(), dtype);
          close(answers.floats("pooled"), skipped.pooled(), dtype);
        }
        assertTrue(model.mappedBytes() > 0);
      }
    }
  }

  private static void close(float[] expected, float[] actual, String dtype) {
    assertEquals(expected.length, actual.length);
    double most = 0;
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - actual[i]);
      most = Math.max(most, difference);
      sum += difference;
    }
    double mean = sum / expected.length;
    switch (dtype) {
      case "float32" -> assertTrue(most <= FLOAT32, "differs by " + most);
      case "float16" -> assertTrue(mean <= FLOAT16, "float16 differs by " + mean);
      default -> assertTrue(mean <= BFLOAT16, "bfloat16 differs by " + mean);
    }
  }

  @Test
  void whatItCannotReadIsRefused() throws IOException {
    int programs = Torch.openPrograms();
    int tensors = Torch.openTensors();
    try (ClipTextModel model =
        ClipTextModel.load(GOLDEN.resolve("text-short"), Placement.of("cpu", "float32"))) {
      for (int[][] ids : new int[][][] {{}, {{}}, new int[1][21], {{1, 2}, {1}}, {{-1}}, {{813}}}) {
        assertThrows(IllegalArgumentException.class, () -> model.encode(ids, 0));
      }
      assertThrows(IllegalArgumentException.class, () -> model.encode(new int[][] {{1}}, 1));
      model.encode(new int[][] {{1}}, 0);
    }
    assertEquals(programs, Torch.openPrograms());
    assertEquals(tensors, Torch.openTensors());
  }

  @ParameterizedTest
  @CsvSource({
    "architectures, '[\"CLIPModel\"]'",
    "model_type, '\"clip\"'",
    "hidden_act, '\"relu\"'",
    "hidden_size, 17",
    "num_hidden_layers, 4",
    "num_hidden_layers, '\"3\"'",
    "intermediate_size, 25",
    "vocab_size, 0",
    "eos_token_id, '[2]'",
    "layer_norm_eps, -1"
  })
  void aConfigurationThatDoesNotFitIsRefused(String key, String value, @TempDir Path folder)
      throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve("text-quick-gelu"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config = (ObjectNode) mapper.readTree(folder.resolve("config.json").toFile());
    config.set(key, mapper.readTree(value));
    mapper.writeValue(folder.resolve("config.json").toFile(), config);
    IOException refused =
        assertThrows(
            IOException.class,
            () -> ClipTextModel.load(folder, Placement.of("cpu", "float32")).close());
    assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
    assertEquals(-1, refused.getMessage().indexOf('\n'));
  }
}
