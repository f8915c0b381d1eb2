package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CharacterJudgeTest {

  @Test
  void charactersOfOneSubjectAreAlikeWithoutStandingInTheText() {
    String[] subjects = {"江舟帆浪渔钓波潮", "山峰岩松猿径寺钟"};
    SplittableRandom random = new SplittableRandom(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < 6; c++) {
        text.append(subjects[i % 2].charAt(random.nextInt(8))).append(c % 2 == 0 ? "，" : "不");
      }
      texts.add(text.toString());
    }
    CharacterJudge judge = CharacterJudge.learn(texts);
    assertTrue(likeness(judge, "江舟", "渔波") > likeness(judge, "江舟", "松寺") + 0.5);
    assertTrue(likeness(judge, "山", "钟径") > likeness(judge, "山", "帆潮") + 0.5);
    assertEquals(1, likeness(judge, "江舟", "舟江"), 1e-5);
    assertArrayEquals(new float[judge.read("x").length], judge.read("no Han 龘"));
  }

  private static double likeness(CharacterJudge judge, String a, String b) {
    float[] x = judge.read(a);
    float[] y = judge.read(b);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
