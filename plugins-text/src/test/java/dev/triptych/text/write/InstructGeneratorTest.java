package dev.triptych.text.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The generator with a tiny random T5 of the shape of flan-t5. */
class InstructGeneratorTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new InstructGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of(
        "model", TinyModels.folder("tiny-t5"), "maxNewTokens", "12", "temperature", "1.5");
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(20); // the first call loads the engine, perhaps on a busy machine
  }

  /** The sample of the mission: flan-t5, prompt 春天, max_length 50. */
  @Test
  void springGivesWhatTransformersGives() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      for (JsonNode row : TinyModels.golden("tiny-t5")) {
        Map<String, String> values =
            Map.of("model", TinyModels.folder("tiny-t5"), "maxLength", "50");
        Request request =
            Request.of(row.path("prompt").asText(), Plan.of(Map.of("language", "zh")), 1)
                .withValues(values);
        String golden = TinyModels.text(row, "instruct");
        assertEquals(golden.strip() + "\n", host.generate(request).text());
      }
    }
  }

  @Test
  void aDecoderIsSentToTheOtherGenerators() {
    Map<String, String> values = Map.of("model", TinyModels.folder("tiny-llama"));
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      String message =
          WriteGeneratorTest.refusal(
              host, Request.of("春天", Plan.of(Map.of()), 1).withValues(values));
      assertTrue(message.contains("llama") && message.contains("text.write"), message);
    }
  }
}
