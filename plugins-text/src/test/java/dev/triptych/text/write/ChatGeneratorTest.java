package dev.triptych.text.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The generator with a tiny random Llama that has a chat template. */
class ChatGeneratorTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new ChatGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("model", TinyModels.folder("tiny-llama"), "maxNewTokens", "12");
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(20); // the first call loads the engine, perhaps on a busy machine
  }

  @Test
  void anAnswerIsWhatTransformersAnswers() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      for (JsonNode row : TinyModels.golden("tiny-llama")) {
        Map<String, String> values =
            Map.of(
                "model", TinyModels.folder("tiny-llama"), "temperature", "0", "maxNewTokens", "40");
        Request request =
            Request.of(row.path("prompt").asText(), Plan.of(Map.of()), 1).withValues(values);
        String answer = host.generate(request).text();
        assertEquals(TinyModels.text(row, "chat").strip() + "\n", answer);
        Map<String, String> poet = new HashMap<>(values);
        poet.put("system", "You are a poet.");
        assertNotEquals(answer, host.generate(request.withValues(poet)).text());
      }
    }
  }
}
