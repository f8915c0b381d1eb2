package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Request;
import dev.triptych.music.MelodyGenerator;
import dev.triptych.music.Setting;
import dev.triptych.testkit.AssertingHost;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A small version of the figures. */
class MelodyFiguresTest {

  @Test
  void melodiesAreAsAskedByTwoReaders() throws Exception {
    try (AssertingHost host = AssertingHost.of(new MelodyGenerator())) {
      for (int i = 0; i < 40; i += 13) {
        Request request = MelodyFigures.request(i).withValues(Map.of("bars", "8"));
        try (InputStream in = host.generate(request).main().open()) {
          MelodyFigures.Check check = MelodyFigures.check(request, in.readAllBytes());
          assertTrue(check.all(), request.plan() + " " + check);
        }
      }
    }
  }

  @Test
  void theGrammarAloneKeepsTheForm() throws Exception {
    for (int i = 0; i < 100; i++) {
      Request request = MelodyFigures.request(i);
      assertTrue(MelodyFigures.check(request, MelodyFigures.uniform(request)).all(), "" + i);
    }
  }

  @Test
  void theCheckCanFail() throws Exception {
    Request request = MelodyFigures.request(0);
    byte[] file = MelodyFigures.uniform(request);
    Request otherKey = Request.of("x", request.plan().with("key", "F#"), 1);
    assertFalse(MelodyFigures.check(otherKey.withValues(request.values()), file).key());
    Request otherTempo = Request.of("x", request.plan().with("tempo", 61), 1);
    assertFalse(MelodyFigures.check(otherTempo.withValues(request.values()), file).tempo());
    Request otherMeter = Request.of("x", request.plan().with("meter", "2/2"), 1);
    assertFalse(MelodyFigures.check(otherMeter.withValues(request.values()), file).meter());
    Request otherBars = request.withValues(Map.of("bars", "17"));
    assertFalse(MelodyFigures.check(otherBars, file).bars());
  }

  @Test
  void copiedBarsAreFoundInAllKeys() {
    List<MelodyMeasures.GridNote> notes =
        List.of(
            new MelodyMeasures.GridNote(0, 4, 60),
            new MelodyMeasures.GridNote(4, 4, 64),
            new MelodyMeasures.GridNote(8, 8, 67));
    List<MelodyMeasures.GridNote> higher =
        notes.stream()
            .map(n -> new MelodyMeasures.GridNote(n.time() + 16, n.duration(), n.pitch() + 5))
            .toList();
    assertEquals(
        new Melody(16, 1, 0, false, notes).runs(1).get(0),
        new Melody(16, 2, 5, false, higher).runs(1).get(0));
    assertTrue(MelodyMeasures.soundsIn(0, false, notes));
    assertFalse(MelodyMeasures.soundsIn(6, false, notes));
    assertEquals("C", Setting.of(MelodyFigures.request(0)).key().tonic());
  }
}
