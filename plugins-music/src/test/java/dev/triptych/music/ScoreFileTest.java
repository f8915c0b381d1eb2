package dev.triptych.music;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreFileTest {

  static Stream<Arguments> scores() {
    return Stream.of(Meter.values())
        .flatMap(
            meter ->
                Stream.of("C", "F#", "Bb", "A#")
                    .flatMap(
                        tonic -> Stream.of(Mode.values()).map(m -> Arguments.of(meter, tonic, m))));
  }

  private static Score score(Meter meter, String tonic, Mode mode, double valence, double arousal) {
    Setting setting =
        new Setting(
            Style.HYMN,
            new Key(tonic, mode),
            meter,
            73,
            9,
            2,
            1,
            Arrangement.of(Style.FOLK, valence, arousal));
    return UniformVoice.score(setting, tonic.hashCode() + meter.ordinal());
  }

  @ParameterizedTest
  @MethodSource("scores")
  void readsBackWhatItWrote(Meter meter, String tonic, Mode mode) throws Exception {
    for (double arousal : new double[] {-0.7, 0.3, 0.8}) {
      Score score = score(meter, tonic, mode, 0.5, arousal);
      byte[] file = ScoreFile.bytes(score);
      assertEquals(score, ScoreReader.read(file));
      assertArrayEquals(file, ScoreFile.bytes(ScoreReader.read(file)));
      Sequence sequence = MidiSystem.getSequence(new ByteArrayInputStream(file));
      assertEquals(9L * meter.length() * 120, sequence.getTickLength());
      for (var track : sequence.getTracks()) {
        assertEquals(sequence.getTickLength(), track.ticks(), "every track ends with the piece");
      }
    }
  }

  @Test
  void refusesMidiOfOthers() throws Exception {
    Sequence other = new Sequence(Sequence.PPQ, 480, 3);
    var out = new java.io.ByteArrayOutputStream();
    MidiSystem.write(other, 1, out);
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> ScoreReader.read(out.toByteArray()));
    assertTrue(thrown.getMessage().contains("music.melody"), thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void survivesMutatedFiles(int seed) throws Exception {
    byte[] file = ScoreFile.bytes(score(Meter.FOUR_FOUR, "D", Mode.MAJOR, 0, 0));
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] mutated =
          random.nextBoolean()
              ? file.clone()
              : java.util.Arrays.copyOf(file, random.nextInt(file.length));
      for (int n = random.nextInt(4); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        ScoreReader.read(mutated);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertTrue(refused > 50, refused + " of 300 refused");
  }

  @Test
  void keysAreWrittenAsMusiciansDo() {
    assertEquals(1, new Key("G", Mode.MAJOR).fifths());
    assertEquals(-3, new Key("C", Mode.MINOR).fifths());
    assertEquals(6, new Key("F#", Mode.MAJOR).fifths());
    assertEquals(-4, new Key("G#", Mode.MAJOR).fifths());
    assertEquals(7, new Key("A#", Mode.MINOR).fifths());
    for (Mode mode : Mode.values()) {
      for (int fifths = -7; fifths <= 7; fifths++) {
        assertEquals(fifths, Key.ofFifths(fifths, mode).fifths());
      }
    }
    Chord chord = new Chord(4, 10, Quality.DOMINANT_SEVENTH);
    assertEquals("Eb7", new Key("F", Mode.MAJOR).write(chord));
    assertEquals(chord, new Key("F", Mode.MAJOR).read("D#9", 4).orElseThrow());
    assertTrue(new Key("F", Mode.MAJOR).read("Hm", 0).isEmpty());
  }
}
