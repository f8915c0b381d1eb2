package dev.triptych.training.melody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.music.Chord;
import dev.triptych.music.Meter;
import dev.triptych.music.Mode;
import dev.triptych.music.Note;
import dev.triptych.music.Quality;
import dev.triptych.music.Style;
import dev.triptych.music.Tune;
import dev.triptych.music.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MelodyDataTest {
  private static final int[] TUNE = {7, 4, 4, 5, 7, 9, 7, 4, 2, 0, 2, 4, 5, 4, 2, 0};

  @TempDir Path folder;

  private static LeadSheet sheet(int transposition) {
    List<LeadSheet.TimedNote> melody = new ArrayList<>();
    for (int i = 0; i < TUNE.length; i++) {
      melody.add(new LeadSheet.TimedNote(12 + i * 4, 6, 62 + transposition + TUNE[i]));
    }
    int tonic = Math.floorMod(2 + transposition, 12);
    int fifth = (tonic + 7) % 12;
    List<LeadSheet.TimedChord> chords =
        List.of(
            new LeadSheet.TimedChord(16, 24, tonic, Quality.MAJOR),
            new LeadSheet.TimedChord(40, 40, fifth, Quality.DOMINANT_SEVENTH));
    return new LeadSheet("t", Style.FOLK, Meter.FOUR_FOUR, tonic, Mode.MAJOR, melody, chords);
  }

  @Test
  void tuneIsTheSameInAllKeys() {
    Tune tune = sheet(0).tune();
    for (int transposition = -11; transposition < 12; transposition++) {
      assertEquals(tune, sheet(transposition).tune());
    }
  }

  @Test
  void barsAreCompleteInThemselves() {
    Tune tune = sheet(0).tune();
    assertEquals(5, tune.bars().size());
    assertEquals(List.of(new Note(12, 4, 7)), tune.bars().get(0).notes());
    assertEquals(List.of(), tune.bars().get(0).chords());
    assertEquals(List.of(new Chord(0, 0, Quality.MAJOR)), tune.bars().get(1).chords());
    assertEquals(
        List.of(new Chord(0, 0, Quality.MAJOR), new Chord(8, 7, Quality.DOMINANT_SEVENTH)),
        tune.bars().get(2).chords());
    assertEquals(List.of(new Chord(0, 7, Quality.DOMINANT_SEVENTH)), tune.bars().get(4).chords());
  }

  @Test
  void windowsKeepTheUpbeatAndThePhrases() {
    List<Tune> windows = Windows.of(sheet(0).tune());
    assertEquals(1, windows.size());
    assertEquals(5, windows.get(0).bars().size());
    Tune bar = sheet(0).tune().bars(1, 2);
    Tune longer = new Tune(Style.FOLK, Meter.FOUR_FOUR, Mode.MAJOR, repeated(bar, 32));
    List<Integer> lengths =
        Windows.of(longer).stream()
            .map(window -> window.bars().size())
            .distinct()
            .sorted()
            .toList();
    assertEquals(List.of(4, 8, 12, 16, 20, 24, 28, 32), lengths);
    assertTrue(Windows.of(longer).stream().allMatch(w -> Vocabulary.encode(w).length > 10));
  }

  private static List<dev.triptych.music.Bar> repeated(Tune tune, int times) {
    return java.util.Collections.nCopies(times, tune.bars().get(0));
  }

  @Test
  void readsCollectionsAndHoldsOutByHash() throws Exception {
    collection("clear", "JSB chorales (J. S. Bach)", 400);
    MelodyData data = MelodyData.read(folder);
    assertEquals(400, data.training().size() + data.heldOut().size());
    assertTrue(data.heldOut().size() > 5 && data.heldOut().size() < 40);
    assertEquals(Style.CHORALE, data.training().get(0).style());
    assertEquals(
        List.of(new Chord(0, 0, Quality.MAJOR)), data.training().get(0).bars().get(0).chords());
    assertEquals(data, MelodyData.read(folder), "the same split again");
  }

  @Test
  void leavesOutWhatIsNotClear() throws Exception {
    collection("check", "POP909", 10);
    assertThrows(IOException.class, () -> MelodyData.read(folder));
    collection("check", "Nottingham Music Database (ABC_original)", 10);
    assertEquals(Style.FOLK, MelodyData.read(folder).training().get(0).style());
  }

  @Test
  void namesTheLineThatIsNoPiece() throws Exception {
    gzip(folder.resolve("x.jsonl.gz"), "{\"id\":");
    IOException thrown = assertThrows(IOException.class, () -> MelodyData.read(folder));
    assertTrue(thrown.getMessage().contains("x.jsonl.gz, line 1"), thrown.getMessage());
  }

  private void collection(String rights, String source, int pieces) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      lines.append(
          """
          {"id":"p-%d","source":"%s","rights":"%s","meter":"3/4","key":"A minor","tracks":{\
          "melody":[[0,4,69],[4,8,72],[12,12,76]],"chords":[[0,12,"A/C"],[12,12,"E7"]]}}
          """
              .formatted(i, source, rights));
    }
    gzip(folder.resolve("music.jsonl.gz"), lines.toString());
  }

  private static void gzip(Path file, String text) throws IOException {
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
      out.write(text);
    }
  }

  @Test
  void importsMidi() throws Exception {
    byte[] file = midi("3/4", 2, 0, 32);
    LeadSheet sheet = MidiImport.read("a.mid", file);
    assertEquals(Meter.THREE_FOUR, sheet.meter());
    assertEquals(2, sheet.tonic());
    assertEquals(Mode.MAJOR, sheet.mode());
    assertEquals(32, sheet.melody().size(), "the higher voice");
    assertEquals(new LeadSheet.TimedNote(4, 3, 78), sheet.melody().get(1));
    assertEquals(2, sheet.chords().get(0).root());
    assertEquals(Quality.MAJOR, sheet.chords().get(0).quality());
    LeadSheet estimated = MidiImport.read("b.mid", midi("3/4", Integer.MAX_VALUE, 0, 32));
    assertEquals(2, estimated.tonic());
    Files.write(folder.resolve("a.mid"), file);
    Files.write(folder.resolve("B.MIDI"), file);
    Files.writeString(folder.resolve("c.mid"), "no music");
    MelodyData data = MelodyData.read(folder);
    assertEquals(2, data.training().size() + data.heldOut().size());
    assertEquals(1, data.refused().size());
    assertTrue(data.refused().get(0).startsWith("c.mid is not a readable MIDI file"));
  }

  @Test
  void refusesMidiThatCannotBeLearnt() throws Exception {
    IOException few =
        assertThrows(IOException.class, () -> MidiImport.read("f.mid", midi("4/4", 0, 0, 8)));
    assertTrue(few.getMessage().contains("f.mid has no track with at least 16"), few.getMessage());
    IOException meter =
        assertThrows(IOException.class, () -> MidiImport.read("m.mid", midi("5/4", 0, 0, 32)));
    assertTrue(meter.getMessage().contains("m.mid is in 5/4"), meter.getMessage());
    IOException drums =
        assertThrows(IOException.class, () -> MidiImport.read("d.mid", midi("4/4", 0, 9, 32)));
    assertTrue(drums.getMessage().contains("no track"), drums.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void mutatedMidiIsReadOrRefused(int seed) throws Exception {
    byte[] file = midi("4/4", 2, 0, 40);
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] mutated =
          random.nextInt(3) > 0 ? file.clone() : Arrays.copyOf(file, random.nextInt(file.length));
      for (int n = random.nextInt(5); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        Tune tune = MidiImport.read("x.mid", mutated).tune();
        for (Tune window : Windows.of(tune)) {
          Vocabulary.encode(window);
        }
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage().startsWith("x.mid "), e.getMessage());
      }
    }
    assertNotEquals(0, refused);
    assertNotEquals(500, refused);
  }

  /** D major: a tune in quarters over a bass an octave below; fifths beyond 7 leave the key out. */
  static byte[] midi(String meter, int fifths, int channel, int notes) throws Exception {
    Sequence sequence = new Sequence(Sequence.PPQ, 96);
    Track conductor = sequence.createTrack();
    String[] parts = meter.split("/");
    byte log2 = (byte) Integer.numberOfTrailingZeros(Integer.parseInt(parts[1]));
    byte[] time = {Byte.parseByte(parts[0]), log2, 24, 8};
    conductor.add(new MidiEvent(new MetaMessage(0x58, time, 4), 0));
    if (fifths <= 7) {
      conductor.add(new MidiEvent(new MetaMessage(0x59, new byte[] {(byte) fifths, 0}, 2), 0));
    }
    for (int octave = 0; octave < 2; octave++) {
      Track track = sequence.createTrack();
      int[] scale = {62, 66, 69, 66, 74, 69, 66, 62};
      for (int i = 0; i < notes; i++) {
        int pitch = scale[i % scale.length] + 12 * octave - 12;
        int voice = octave == 1 ? channel : channel == 9 ? 9 : 1;
        int up = octave == 1 ? pitch + 12 : pitch;
        track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, voice, up, 80), i * 96L));
        track.add(
            new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, voice, up, 0), i * 96L + 70));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MidiSystem.write(sequence, 1, out);
    return out.toByteArray();
  }
}
