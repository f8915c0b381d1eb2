package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PictureTextTest {

  @Test
  void weavesThePlanIntoThePromptWithoutSayingAThingTwice() {
    Plan zh =
        Plan.of(
            Map.of(
                "language", "zh",
                "imagery", List.of("春", "樱花", "燕子"),
                "season", "spring",
                "time", "night",
                "style", "watercolor"));
    assertEquals("春天，樱花，夜晚，水彩", PictureText.of("春天", zh, "auto").text());
    assertEquals("春夜喜雨，樱花，水墨画", PictureText.of("春夜喜雨。", zh, "ink").text());
    Plan en =
        Plan.of(
            Map.of(
                "language", "en",
                "imagery", List.of("lighthouse"),
                "imageryEn", List.of("lighthouse", "sea"),
                "weather", "storm",
                "time", "day",
                "style", "woodcut"));
    assertEquals(
        "a Lighthouse in a storm, sea, woodcut",
        PictureText.of("  a Lighthouse in\n a storm! ", en, "auto").text());
  }

  @Test
  void longAndOddPromptsAreCutBetweenCharacters() {
    Plan plan = Plan.of(Map.of("language", "zh"));
    String text = PictureText.of("🌕".repeat(4000), plan, "photo").text();
    assertTrue(text.startsWith("🌕🌕") && text.endsWith("🌕，照片"), text);
    assertEquals(123, text.codePointCount(0, text.length()));
    assertEquals("照片", PictureText.of(" ", plan, "photo").text());
  }
}
