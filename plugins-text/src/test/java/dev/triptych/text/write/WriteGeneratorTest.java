package dev.triptych.text.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import dev.triptych.testkit.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The generator with a tiny random Llama that has a chat template. */
class WriteGeneratorTest extends GeneratorContract {
  private static final Plan PLAN =
      Plan.of(
          Map.of(
              "language",
              "zh",
              "imagery",
              List.of("雨", "江"),
              "season",
              "spring",
              "mood",
              Map.of("valence", 0.5, "arousal", -0.4)));

  @Override
  protected Generator generator() {
    return new WriteGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("model", TinyModels.folder("tiny-llama"), "maxNewTokens", "12", "kind", "poem");
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(20); // the first call loads the engine, perhaps on a busy machine
  }

  @Test
  void aContinuedTextIsWhatTransformersContinues() throws Exception {
    for (JsonNode row : TinyModels.golden("tiny-llama")) {
      String prompt = row.path("prompt").asText();
      Map<String, String> values =
          Map.of(
              "model",
              TinyModels.folder("tiny-llama"),
              "kind",
              "continue",
              "temperature",
              "0",
              "maxNewTokens",
              "40");
      Outcome outcome = generate(Request.of(prompt, PLAN, 1).withValues(values));
      String golden = prompt + TinyModels.text(row, "continued");
      assertEquals(golden.stripTrailing() + "\n", outcome.text());
      assertEquals("by a beginning", outcome.main().lineage().notes().get("told"));
    }
  }

  @Test
  void writingStopsBeforeTheStopText() throws Exception {
    JsonNode row = TinyModels.golden("tiny-llama").get(1);
    String whole = TinyModels.text(row, "continued");
    Matcher word = Pattern.compile("[a-z]{2,}").matcher(whole);
    assertTrue(word.find(4), whole); // so that something stands before it
    String stop = word.group();
    Map<String, String> values =
        Map.of(
            "model",
            TinyModels.folder("tiny-llama"),
            "kind",
            "continue",
            "temperature",
            "0",
            "maxNewTokens",
            "40",
            "stop",
            stop);
    Outcome outcome = generate(Request.of(row.path("prompt").asText(), PLAN, 1).withValues(values));
    String kept = whole.substring(0, whole.indexOf(stop));
    assertEquals((row.path("prompt").asText() + kept).stripTrailing() + "\n", outcome.text());
    assertEquals("stop", outcome.main().lineage().notes().get("finish"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindIsToldWithThePlan(Kind kind) {
    String chinese = new Instruction(kind, Request.of("春天", PLAN, 1)).told();
    String english =
        new Instruction(kind, Request.of("spring", PLAN.with("language", "en"), 1)).told();
    assertTrue(chinese.contains("春天") && english.contains("spring"));
    assertEquals(kind.followsPlan(), chinese.contains("意象：雨、江。"), chinese);
    assertEquals(kind.followsPlan(), chinese.contains("情绪：喜悦而宁静。"), chinese);
    assertEquals(kind.followsPlan(), chinese.contains("季节：春天。"), chinese);
    assertEquals(kind.followsPlan(), english.contains("Mood: glad and calm."), english);
    assertEquals(kind.followsPlan(), english.contains("Season: spring."), english);
  }

  @Test
  void withoutAModelASentenceSaysHowToGetOneInBothLanguages() throws Exception {
    String table;
    try (InputStream in = getClass().getResourceAsStream("/META-INF/triptych/sentences_zh.tsv")) {
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Generator generator :
        List.of(new WriteGenerator(), new ChatGenerator(), new InstructGenerator())) {
      try (AssertingHost host = AssertingHost.of(generator)) {
        String sentence = refusal(host, Request.of("春天", PLAN, 1));
        String model = sentence.replaceAll(".*triptych models pull (\\S+)\".*", "$1");
        assertTrue(model.matches("[^/ ]+/[^/ ]+"), sentence);
        assertTrue(table.contains("\n" + sentence.replace(model, "{1}") + "\t"), sentence);
      }
    }
  }

  @Test
  void anEncoderDecoderIsSentToInstruct() {
    Map<String, String> values = Map.of("model", TinyModels.folder("tiny-t5"));
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      String message = refusal(host, Request.of("春天", PLAN, 1).withValues(values));
      assertTrue(message.contains("text.instruct"), message);
    }
  }

  private Outcome generate(Request request) throws Exception {
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      return host.generate(request);
    }
  }

  static String refusal(AssertingHost host, Request request) {
    return assertThrows(IllegalArgumentException.class, () -> host.generate(request)).getMessage();
  }
}
