package dev.triptych.text.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CutTest {
  @Test
  void keepsTheSameHoweverTheTextComes() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = random.nextInt(20); c > 0; c--) {
        text.append("ab \n春".charAt(random.nextInt(5)));
      }
      String stop = new String[] {"", "ab", "aa b", "\n\n", "春"}[random.nextInt(5)];
      boolean goesOn = random.nextBoolean();
      int at = stop.isEmpty() ? -1 : text.indexOf(stop);
      String kept = at < 0 ? text.toString() : text.substring(0, at);
      String expected = goesOn ? kept.stripTrailing() : kept.strip();

      Cut cut = new Cut(stop.isEmpty() ? List.of() : List.of(stop), goesOn);
      StringBuilder actual = new StringBuilder();
      for (int from = 0; from < text.length(); ) {
        int to = Math.min(text.length(), from + 1 + random.nextInt(4));
        actual.append(cut.accept(text.substring(from, to)));
        from = to;
      }
      actual.append(cut.finish());
      assertEquals(expected, actual.toString(), "\"" + text + "\" until \"" + stop + "\"");
    }
  }

  @Test
  void knowsWhetherAnythingStayed() {
    Cut cut = new Cut(List.of(), false);
    assertEquals("", cut.accept(" \n ") + cut.finish());
    assertFalse(cut.wrote());
  }
}
