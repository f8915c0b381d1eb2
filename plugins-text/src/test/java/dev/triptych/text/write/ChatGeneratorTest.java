package dev.triptych.text.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import java.nio.charset.StandardCharsets;
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

  /** Earlier turns are read as if the model had been there: the ids of its own chat template. */
  @Test
  void anAnswerGoesOnFromEarlierTurns() throws Exception {
    Map<String, String> values =
        Map.of("model", TinyModels.folder("tiny-llama"), "temperature", "0", "maxNewTokens", "40");
    Request request = Request.of("春天", Plan.of(Map.of()), 1).withValues(values);
    String turns =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"the river\"},"
            + " {\"role\": \"assistant\", \"content\": \"the moon\"}]}";
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      String after = host.generate(request.withInputs(Map.of("history", file(turns)))).text();
      assertNotEquals(host.generate(request).text(), after);
      // the same said in one message, as the template of the tiny model writes it
      String whole =
          "the river<|im_end|>\n<|im_start|>assistant\nthe moon<|im_end|>\n<|im_start|>user\n春天";
      Request joined = Request.of(whole, Plan.of(Map.of()), 1).withValues(values);
      assertEquals(host.generate(joined).text(), after);

      Map<String, String> told = new HashMap<>(values);
      told.put("system", "You are a poet.");
      Artifact twice =
          file(turns.replace("[", "[{\"role\": \"system\", \"content\": \"Be short.\"}, "));
      Request both = request.withValues(told).withInputs(Map.of("history", twice));
      assertTrue(WriteGeneratorTest.refusal(host, both).contains("leave one out"));
      Request broken = request.withInputs(Map.of("history", file("[")));
      assertTrue(WriteGeneratorTest.refusal(host, broken).contains("no JSON"));
      String many = "x ".repeat(600);
      Request full = request.withInputs(Map.of("history", file(turns.replace("the moon", many))));
      assertTrue(WriteGeneratorTest.refusal(host, full).contains("leave out early turns"));
    }
  }

  private static Artifact file(String text) {
    return AssertingHost.work("text/plain", text.getBytes(StandardCharsets.UTF_8));
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
