package dev.triptych.models.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What transformers generates with a small random Llama; see make_golden.py. */
class GenerationGoldenTest {

  static final Path FOLDER = Path.of("src/test/golden/generation");
  private static JsonNode golden;
  private static LanguageModel model;

  static LanguageModel load() throws IOException {
    return LanguageModels.load(FOLDER, Placement.of("cpu", "float32"));
  }

  @BeforeAll
  static void open() throws IOException {
    golden = new ObjectMapper().readTree(FOLDER.resolve("golden.json").toFile());
    model = load();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static int[] ints(JsonNode node) {
    return IntStream.range(0, node.size()).map(i -> node.get(i).asInt()).toArray();
  }

  private static GenerationConfig config(JsonNode values) {
    GenerationConfig config = GenerationConfig.of();
    for (Map.Entry<String, JsonNode> value : values.properties()) {
      String text = value.getValue().isTextual() ? value.getValue().asText() : "";
      config = config.with(value.getKey(), text.isEmpty() ? value.getValue().toString() : text);
    }
    return config;
  }

  @Test
  void shapesTheDistributionOfTransformers() {
    for (JsonNode one : golden.get("filtered")) {
      GenerationConfig config = config(one.get("config"));
      int[] ids = ints(one.get("ids"));
      int prompt = one.get("prompt").asInt();
      int most = one.at("/config/max_length").asInt(prompt + 20) - prompt;
      float[] logits = floats(one.get("logits"));
      new Scores(config, prompt, most, List.of()).process(ids, ids.length, null, logits);
      float[] expected = floats(one.get("out"));
      for (int i = 0; i < logits.length; i++) {
        boolean kept = expected[i] > Float.NEGATIVE_INFINITY;
        assertEquals(kept, logits[i] > Float.NEGATIVE_INFINITY, config + ", token " + i);
        assertTrue(!kept || Math.abs(logits[i] - expected[i]) < 2e-5, config + ", token " + i);
      }
    }
  }

  private static float[] floats(JsonNode node) {
    float[] numbers = new float[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = node.get(i).isNull() ? Float.NEGATIVE_INFINITY : (float) node.get(i).asDouble();
    }
    return numbers;
  }

  @Test
  void takesTheGreedyTokensOfTransformers() {
    for (JsonNode one : golden.get("greedy")) {
      GenerationConfig config = config(one.get("config"));
      int[][] prompts = {ints(one.path("prompt"))};
      if (one.has("prompts")) {
        JsonNode several = one.get("prompts");
        prompts =
            IntStream.range(0, several.size())
                .mapToObj(i -> ints(several.get(i)))
                .toArray(int[][]::new);
      }
      List<Generated> all = Generation.of(model, config).generate(prompts);
      for (int i = 0; i < prompts.length; i++) {
        assertArrayEquals(ints(one.get("rows").get(i)), all.get(i).ids(), config.toString());
      }
    }
  }

  @Test
  void searchesTheBeamsOfTransformers() {
    for (JsonNode one : golden.get("beams")) {
      check(model, one, ints(one.get("prompt")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flan-t5", "t5"})
  void generatesAfterAnEncoderAsTransformersDoes(String name) throws IOException {
    JsonNode all = new ObjectMapper().readTree(FOLDER.resolve("t5.json").toFile());
    Path folder = FOLDER.resolveSibling("t5").resolve(name);
    try (LanguageModel t5 = LanguageModels.load(folder, Placement.of("cpu", "float32"))) {
      for (JsonNode one : all.get(name)) {
        check(t5, one, ints(one.get("source")));
      }
    }
  }

  private static void check(LanguageModel model, JsonNode one, int[] prompt) {
    GenerationConfig config = config(one.get("config"));
    List<Generated> all = Generation.of(model, config).generate(new int[][] {prompt});
    assertEquals(one.get("rows").size(), all.size());
    for (int i = 0; i < all.size(); i++) {
      int[] expected = ints(one.get("rows").get(i));
      int[] ids = all.get(i).ids();
      assertArrayEquals(Arrays.copyOf(expected, ids.length), ids, config + ", row " + i);
      int fill = config.eosTokenIds().length == 0 ? -1 : config.eosTokenIds()[0];
      int[] filled = Arrays.copyOfRange(expected, ids.length, expected.length);
      assertTrue(Arrays.stream(filled).allMatch(id -> id == fill), config + ", row " + i);
      if (config.numBeams() > 1) {
        assertEquals(one.get("scores").get(i).asDouble(), all.get(i).score(), 1e-5);
      }
    }
  }
}
