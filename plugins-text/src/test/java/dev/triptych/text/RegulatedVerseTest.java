package dev.triptych.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.text.write.WriteGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Form held on a random Llama that knows characters and nothing of poems. */
class RegulatedVerseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TreeSet<Integer> characters = new TreeSet<>();
    try (InputStream in = RegulatedVerseTest.class.getResourceAsStream("rhyme-pingshui.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .codePoints()
          .filter(Character::isIdeographic)
          .forEach(characters::add);
    }
    ObjectNode json = new ObjectMapper().createObjectNode().put("version", "1.0");
    json.putObject("decoder").put("type", "Fuse");
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putArray("merges");
    ObjectNode vocab = model.putObject("vocab");
    for (String token : List.of("<s>", "</s>", "\n", "，", "。", "《", "》", "春风")) {
      vocab.put(token, vocab.size());
    }
    characters.forEach(c -> vocab.put(Character.toString(c), vocab.size()));
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());

    LlamaConfig config = new LlamaConfig(vocab.size(), 16, 24, 1, 2, 2, 8, 512, 1e-5, 10_000, true);
    SplittableRandom random = new SplittableRandom(3);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : config.weights().entrySet()) {
      long[] shape = weight.getValue();
      float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = shape.length == 1 ? 1 : (float) random.nextDouble(-0.3, 0.3);
      }
      writer.add(weight.getKey(), Dtype.F32, numbers, shape);
    }
    writer.write(folder.resolve("model.safetensors"));
    config.write(folder, 0, 1);
  }

  @ParameterizedTest
  @CsvSource({"wujue,pingshui", "qijue,xinyun", "wulv,xinyun", "qilv,pingshui"})
  void aModelThatKnowsNoPoemsKeepsTheForm(String form, String book) throws Exception {
    FormRules rules = new FormRules(book);
    try (AssertingHost host = AssertingHost.of(new WriteGenerator()).withPatience(PATIENCE)) {
      for (int seed = 0; seed < 8; seed++) {
        String poem = host.generate(request(form, book, seed)).text();
        List<String> lines = poem.lines().toList();
        assertTrue(lines.get(0).endsWith("，") && lines.get(1).endsWith("。"), poem);
        List<String> bare = lines.stream().map(line -> line.replaceAll("[，。]$", "")).toList();
        assertEquals(List.of(), rules.broken(bare, Form.of(form).orElseThrow()), poem);
      }
    }
  }

  @Test
  void aVocabularyWithoutCharactersIsRefusedWithTheReason() throws Exception {
    Path llama =
        Path.of(WriteGenerator.class.getResource("/dev/triptych/text/write/tiny-llama").toURI());
    Map<String, String> values = Map.of("kind", "poem", "form", "qijue", "model", llama.toString());
    try (AssertingHost host = AssertingHost.of(new WriteGenerator()).withPatience(PATIENCE)) {
      Request request = Request.of("春天", Plan.of(Map.of()), 1).withValues(values);
      String message =
          assertThrows(IllegalArgumentException.class, () -> host.generate(request)).getMessage();
      assertTrue(message.contains("Han characters as single tokens"), message);
    }
  }

  private static Request request(String form, String book, long seed) {
    Map<String, String> values =
        Map.of(
            "kind",
            "poem",
            "form",
            form,
            "rhymeBook",
            book,
            "model",
            folder.toString(),
            "temperature",
            "1");
    return Request.of("春天", Plan.of(Map.of("language", "zh")), seed).withValues(values);
  }
}
