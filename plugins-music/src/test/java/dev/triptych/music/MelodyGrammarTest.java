package dev.triptych.music;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The form holds whatever the model says: here it says nothing at all. */
class MelodyGrammarTest {

  private static final Set<Integer> MAJOR = Set.of(0, 2, 4, 5, 7, 9, 11);
  private static final Set<Integer> MINOR = Set.of(0, 2, 3, 5, 7, 8, 10, 11);

  static Stream<Arguments> settings() {
    return Stream.of(Meter.values())
        .flatMap(
            meter ->
                Stream.of(Mode.values())
                    .flatMap(
                        mode ->
                            Stream.of(4, 5, 16, 32, 33, 50, 64)
                                .map(bars -> Arguments.of(meter, mode, bars))));
  }

  static Setting setting(Meter meter, Mode mode, int bars) {
    Key key = new Key(mode == Mode.MINOR ? "E" : "Bb", mode);
    return new Setting(
        Style.FOLK, key, meter, 96, bars, 1, 1, Arrangement.of(Style.FOLK, 0.2, 0.6));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void holdsUnderUniformLogits(Meter meter, Mode mode, int count) {
    for (int seed = 0; seed < 5; seed++) {
      Tune tune = UniformVoice.score(setting(meter, mode, count), seed).tune();
      assertEquals(count, tune.bars().size());
      for (int i = 0; i < count; i++) {
        check(tune.bars().get(i), meter, mode, i == 0);
      }
      Bar last = tune.bars().get(count - 1);
      Note end = last.notes().get(last.notes().size() - 1);
      assertEquals(0, Math.floorMod(end.pitch(), 12), "ends on the tonic");
      assertEquals(meter.length(), end.position() + end.duration(), "to the end");
      assertTrue(end.duration() >= meter.beat(), "for a beat at least");
      Chord chord = last.chordAt(meter.length() - 1);
      assertEquals(0, chord.root());
      assertEquals(mode.tonicQuality(), chord.quality());
    }
  }

  private static void check(Bar bar, Meter meter, Mode mode, boolean first) {
    assertFalse(bar.notes().isEmpty(), "a bar has a note");
    int free = 0;
    for (Note note : bar.notes()) {
      assertTrue(note.position() >= free && note.duration() > 0);
      free = note.position() + note.duration();
      int pitchClass = Math.floorMod(note.pitch(), 12);
      assertTrue((mode == Mode.MAJOR ? MAJOR : MINOR).contains(pitchClass), () -> "pitch " + note);
      Chord chord = bar.chordAt(note.position());
      boolean dominant = chord != null && (chord.pitchClasses() & 1 << 11) != 0;
      assertFalse(mode == Mode.MINOR && pitchClass == 11 && !dominant, "raised without dominant");
      assertFalse(mode == Mode.MINOR && pitchClass == 10 && dominant, "natural over dominant");
    }
    assertTrue(free <= meter.length());
    assertTrue(first || bar.chords().get(0).position() == 0, "a bar begins with its chord");
    int before = -1;
    for (Chord chord : bar.chords()) {
      assertTrue(chord.position() > before && chord.position() % meter.beat() == 0);
      before = chord.position();
    }
  }

  @Test
  void refusesTokensWithoutABar() {
    MelodyGrammar grammar = new MelodyGrammar(Meter.FOUR_FOUR, Mode.MAJOR);
    int[] control = Vocabulary.control(Style.FOLK, Meter.FOUR_FOUR, Mode.MAJOR, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> grammar.process(control, control.length, new float[Vocabulary.SIZE]));
  }

  @Test
  void vocabularyNamesEveryTokenOnce() {
    List<String> names = Vocabulary.names();
    assertEquals(Vocabulary.SIZE, names.size());
    assertEquals(Vocabulary.SIZE, Set.copyOf(names).size());
    assertEquals("Bar/7", names.get(Vocabulary.bar(7)));
    assertEquals("Pos/9", names.get(Vocabulary.position(9)));
    assertEquals(
        "Chord/7:m7b5", names.get(Vocabulary.chord(new Chord(0, 7, Quality.HALF_DIMINISHED))));
    assertEquals("Pitch/-12", names.get(Vocabulary.pitch(-24)));
    assertEquals("Rest", names.get(Vocabulary.REST));
    assertEquals(
        List.of("<bos>", "Style/hymn", "Meter/4/4", "Mode/minor", "Density/3"),
        java.util.Arrays.stream(Vocabulary.control(Style.HYMN, Meter.TWO_TWO, Mode.MINOR, 3))
            .mapToObj(names::get)
            .toList());
  }

  @ParameterizedTest
  @MethodSource("settings")
  void encodedBarsDecodeToThemselves(Meter meter, Mode mode, int count) {
    Tune tune = UniformVoice.score(setting(meter, mode, count), 7).tune();
    for (Bar bar : tune.bars()) {
      int[] ids = Vocabulary.encode(bar, 3, meter);
      assertEquals(bar, Vocabulary.decode(ids, 1, ids.length, meter));
    }
  }
}
