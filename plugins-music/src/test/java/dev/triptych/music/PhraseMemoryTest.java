package dev.triptych.music;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhraseMemoryTest {

  private static List<Bar> write(int count, double gain, long seed) {
    Setting setting = MelodyGrammarTest.setting(Meter.FOUR_FOUR, Mode.MAJOR, count);
    Sampler sampler =
        Sampler.seeded(seed)
            .processor(new PhraseMemory(gain))
            .processor(new MelodyGrammar(setting.meter(), setting.key().mode()));
    Composer composer = new Composer(setting, new UniformVoice(), sampler);
    List<Bar> bars = new ArrayList<>();
    while (bars.size() < count) {
      bars.add(composer.next(bars, () -> {}));
    }
    return bars;
  }

  @Test
  void strongMemoryWritesTheFormAABA() {
    List<Bar> bars = write(16, 60, 1);
    for (int i = 0; i < 3; i++) {
      if (i > 0) { // the first bar alone may begin with an upbeat, which no later bar can repeat
        assertEquals(bars.get(i), bars.get(4 + i));
        assertEquals(bars.get(i), bars.get(12 + i));
      }
      assertNotEquals(bars.get(i), bars.get(8 + i), "B is another");
    }
    assertNotEquals(bars.get(3), bars.get(7), "cadences are free");
  }

  @Test
  void weakMemoryLeans() {
    int weak = 0;
    int none = 0;
    for (int seed = 0; seed < 10; seed++) {
      none += 16 - new HashSet<>(write(16, 0, seed)).size();
      weak += 16 - new HashSet<>(write(16, 4, seed)).size();
    }
    assertTrue(weak > none, weak + " bars come again, without memory " + none);
  }

  @Test
  void shortAndLongTunesKeepTheirForm() {
    for (int count : new int[] {4, 7, 33, 64}) {
      assertEquals(count, write(count, 3, 2).size());
    }
  }
}
