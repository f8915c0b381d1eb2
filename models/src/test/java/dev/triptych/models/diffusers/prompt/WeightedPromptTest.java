package dev.triptych.models.diffusers.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedPromptTest {

  /** Each part as text*weight. */
  private static String parsed(String prompt) {
    return WeightedPrompt.parse(prompt).parts().stream()
        .map(part -> part.text() + "*" + Math.round(part.weight() * 1000) / 1000.0)
        .collect(Collectors.joining("|"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "normal text ~ normal text*1.0",
        "an (important) word ~ an *1.0|important*1.1| word*1.0",
        "(a:1.3) ~ a*1.3",
        "((a)) ~ a*1.21",
        "[a] ~ a*0.909",
        "[[a]] ~ a*0.826",
        "(a [b] c) ~ a *1.1|b*1.0| c*1.1",
        "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))). ~ a (*1.0|house*1.43| *1.0|on*0.909| a *1.0|hill*0.5|, sun, *1.0|sky*1.331|.*1.0",
        "(unnecessary)(parens) ~ unnecessaryparens*1.1",
        "(unbalanced ~ (unbalanced*1.0",
        "unbalanced) ~ unbalanced)*1.0",
        "(a [b) c] ~ a [b*1.1| c]*1.0",
        "\\(literal\\] ~ (literal]*1.0",
        "(a\\)b) ~ a)b*1.1",
        "\\\\(a) ~ \\*1.0|a*1.1",
        "a\\b ~ a\\b*1.0",
        "(a:b) ~ a:b*1.1",
        "(a:) ~ a:*1.1",
        "[a:1.3] ~ a:1.3*0.909",
        "(a:1.2.3) ~ a:1.2.3*1.1",
        "(a:-1) ~ a*-1.0",
        "(a:.5) ~ a*0.5",
        "(:2) ~ *1.0",
        "() ~ *1.0",
        "(a:2)(b:2) ~ ab*2.0",
        "(a: 2) ~ a: 2*1.1",
        "一只(红色:1.5)的狐狸 ~ 一只*1.0|红色*1.5|的狐狸*1.0"
      })
  void reads(String prompt, String expected) {
    assertEquals(expected, parsed(prompt));
  }

  @Test
  void anEmptyPromptIsOnePart() {
    assertEquals(List.of(new WeightedPrompt.Part("", 1)), WeightedPrompt.parse("").parts());
  }

  @Test
  void anyTextIsAPromptAndEscapedItIsItself() {
    SplittableRandom random = new SplittableRandom(8);
    String alphabet = "ab ()[]\\:1.3-红🦊";
    int[] points = alphabet.codePoints().toArray();
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(24); j > 0; j--) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      WeightedPrompt read = WeightedPrompt.parse(text.toString());
      assertTrue(read.parts().size() > 0 && text.length() >= read.text().length());
      for (int j = 1; j < read.parts().size(); j++) {
        assertTrue(read.parts().get(j).weight() != read.parts().get(j - 1).weight());
        assertTrue(!read.parts().get(j).text().isEmpty());
      }
      String escaped = text.toString().replaceAll("[()\\[\\]\\\\]", "\\\\$0");
      assertEquals(WeightedPrompt.plain(text.toString()), WeightedPrompt.parse(escaped), escaped);
      WeightedPrompt twice = WeightedPrompt.parse("(" + escaped + ":2)");
      assertEquals(text.toString(), twice.text());
      assertEquals(text.length() > 0 ? 2 : 1, twice.parts().get(0).weight());
    }
  }

  @Test
  void aVeryLongOneIsReadFast() {
    String deep = "(".repeat(20_000) + "a" + ")".repeat(20_000);
    assertEquals(List.of(new WeightedPrompt.Part("a", 1000)), WeightedPrompt.parse(deep).parts());
    assertEquals(20_000, WeightedPrompt.parse("(".repeat(20_000)).text().length());
    assertEquals(
        40_000, WeightedPrompt.parse("[".repeat(20_000) + ")".repeat(20_000)).text().length());
  }
}
