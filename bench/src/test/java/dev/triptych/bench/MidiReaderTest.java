package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import org.junit.jupiter.api.Test;

class MidiReaderTest {

  /** The example of the specification (RP-001), format 0, in bytes; one note was shortened. */
  private static final byte[] SPECIFIED =
      HexFormat.of()
          .parseHex(
              "4d546864000000060000000100604d54726b0000003b"
                  + "00ff580404021808"
                  + "00ff510307a120"
                  + "00c005"
                  + "00c12e"
                  + "00c246"
                  + "00923060"
                  + "003c60"
                  + "60914340"
                  + "60904c20"
                  + "8140823040"
                  + "003c40"
                  + "00814340"
                  + "00804c40"
                  + "00ff2f00");

  @Test
  void readsTheSpecificationsExample() throws Exception {
    MidiReader.MidiFile file = MidiReader.read(SPECIFIED);
    assertEquals(0, file.format());
    assertEquals(96, file.ticksPerQuarter());
    MidiReader.MidiTrack track = file.tracks().get(0);
    assertEquals(384, track.end());
    assertEquals(5, track.program());
    assertEquals(
        List.of(
            new MidiReader.SoundingNote(0, 384, 2, 48, 96),
            new MidiReader.SoundingNote(0, 384, 2, 60, 96),
            new MidiReader.SoundingNote(96, 384, 1, 67, 64),
            new MidiReader.SoundingNote(192, 384, 0, 76, 32)),
        track.notes());
    assertEquals(500_000, new java.math.BigInteger(1, file.meta(0x51)).intValue());
    assertEquals(4, file.meta(0x58)[0]);
  }

  @Test
  void readsWhatJavaWrites() throws Exception {
    Sequence sequence = new Sequence(Sequence.PPQ, 480);
    Track track = sequence.createTrack();
    track.add(new MidiEvent(new MetaMessage(0x03, "Melody".getBytes(), 6), 0));
    track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, 3, 60, 90), 0));
    track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, 3, 60, 0), 20_000));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MidiSystem.write(sequence, 1, out);
    MidiReader.MidiFile file = MidiReader.read(out.toByteArray());
    assertEquals(
        List.of(new MidiReader.SoundingNote(0, 20_000, 3, 60, 90)), file.track("Melody").notes());
    assertThrows(IOException.class, () -> file.track("Bass"));
  }

  @Test
  void mutatedFilesAreReadOrRefusedWithASentence() {
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] mutated =
          random.nextBoolean()
              ? SPECIFIED.clone()
              : Arrays.copyOf(SPECIFIED, random.nextInt(SPECIFIED.length));
      for (int n = random.nextInt(3); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        MidiReader.read(mutated);
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage().startsWith("not a sound MIDI file: "), e.getMessage());
      }
    }
    assertTrue(refused > 3000, refused + " refused");
  }
}
