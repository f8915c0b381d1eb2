package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class PlanJsonTest {
  private static final String GOOD =
      """
      {"language": "zh", "mood": {"valence": 0.5, "arousal": -0.25}, "imagery": ["雪"],
       "season": null, "tempo": 72, "meter": "6/8", "key": "Bb",
       "palette": ["#000000", "#111111", "#222222", "#333333", "#FFFFFF"],
       "choreography": {"steps": [1, 2.5, true, null, "跳"]}}
      """;

  @Test
  void keepsKeysThatNobodyKnows() {
    Plan plan = PlanJson.read(GOOD);
    assertEquals(0.5, plan.valence());
    assertEquals(72, plan.tempo().orElseThrow());
    assertTrue(plan.season().isEmpty());
    assertEquals(plan, PlanJson.read(PlanJson.write(plan)));
    assertTrue(PlanJson.write(plan).contains("跳"));
  }

  @Test
  void namesTheFieldAndWhatItMustBe() {
    assertMessage("tempo must be quarter notes", GOOD.replace("72", "720"));
    assertMessage("tempo must be", GOOD.replace("72", "\"fast\""));
    assertMessage("meter must be", GOOD.replace("6/8", "7"));
    assertMessage("key must be", GOOD.replace("Bb", "H"));
    assertMessage("season must be one of", GOOD.replace("null, \"tempo\"", "\"fall\", \"tempo\""));
    assertMessage("mood.valence must be", GOOD.replace("0.5", "5"));
    assertMessage("palette must be five", GOOD.replace("\"#000000\", ", ""));
    assertMessage("palette must be colors", GOOD.replace("#000000", "black"));
    assertMessage("imagery must be a list", GOOD.replace("[\"雪\"]", "\"雪\""));
  }

  @Test
  void saysWhereJsonBreaks() {
    assertMessage("no JSON object (line 2)", GOOD.replace("72,", "72"));
    assertMessage("no JSON object", "[]");
    assertMessage("no JSON object", "null");
    assertMessage("no JSON object", "");
    assertMessage("no JSON object", GOOD + "{}");
    assertMessage("Duplicate", GOOD.replace("\"meter\"", "\"tempo\""));
  }

  @Test
  void changedTextEndsInAPlanOrInASentence() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder(GOOD);
      text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(32, 127));
      try {
        PlanJson.read(text.toString());
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith("the plan"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  private static void assertMessage(String part, String json) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PlanJson.read(json));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
