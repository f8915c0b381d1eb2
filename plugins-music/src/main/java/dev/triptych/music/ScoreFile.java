package dev.triptych.music;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;

/**
 * Writes a score as a Standard MIDI File of type 1: a conductor's track with tempo, meter and key,
 * then one track a part.
 *
 * <p>Chord symbols are text events of the chords' track, and a text event of the first track keeps
 * what a later revision needs, so that {@link ScoreReader} gives the same score back.
 */
public final class ScoreFile {
  static final int TICKS_PER_QUARTER = 480;
  static final int TICKS_PER_SIXTEENTH = TICKS_PER_QUARTER / 4;
  static final int TEXT = 0x01;
  static final int TRACK_NAME = 0x03;
  static final int END_OF_TRACK = 0x2F;
  static final int TEMPO = 0x51;
  static final int TIME_SIGNATURE = 0x58;
  static final int KEY_SIGNATURE = 0x59;
  static final String RECORD = "triptych.melody/1 ";

  /** Every note ends a little early, so that it ends in its own bar and can be struck again. */
  private static final int GAP = 8;

  private ScoreFile() {}

  /** Returns the bytes of the file. */
  public static byte[] bytes(Score score) throws IOException {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      MidiSystem.write(sequence(score), 1, out);
      return out.toByteArray();
    } catch (InvalidMidiDataException e) {
      throw new IllegalStateException("the arranger wrote an impossible MIDI event", e);
    }
  }

  private static Sequence sequence(Score score) throws InvalidMidiDataException {
    Sequence sequence = new Sequence(Sequence.PPQ, TICKS_PER_QUARTER);
    Meter meter = score.tune().meter();
    int bars = score.tune().bars().size();
    long end = (long) bars * meter.length() * TICKS_PER_SIXTEENTH;

    Track conductor = sequence.createTrack();
    text(conductor, 0, TRACK_NAME, "Triptych melody");
    text(conductor, 0, TEXT, RECORD + record(score));
    meta(conductor, 0, TEMPO, bigEndian(Math.round(60_000_000.0 / score.tempo()), 3));
    int log2 = Integer.numberOfTrailingZeros(meter.denominator());
    int click = 24 * meter.beat() / 4;
    meta(
        conductor,
        0,
        TIME_SIGNATURE,
        (byte) meter.numerator(),
        (byte) log2,
        (byte) click,
        (byte) 8);
    byte minor = (byte) (score.key().mode() == Mode.MINOR ? 1 : 0);
    meta(conductor, 0, KEY_SIGNATURE, (byte) score.key().fifths(), minor);
    meta(conductor, end, END_OF_TRACK);

    Map<Part, List<MidiEvent>> notes = notes(score);
    for (Part part : Part.values()) {
      if (part == Part.DRUMS && !score.arrangement().drums()) {
        continue;
      }
      Track track = sequence.createTrack();
      text(track, 0, TRACK_NAME, part.title());
      control(track, part, 7, part.volume());
      control(track, part, 10, part.pan());
      track.add(
          new MidiEvent(
              new ShortMessage(
                  ShortMessage.PROGRAM_CHANGE,
                  part.channel(),
                  part.program(score.arrangement()),
                  0),
              0));
      notes.get(part).forEach(track::add);
      meta(track, end, END_OF_TRACK);
    }
    return sequence;
  }

  private static Map<Part, List<MidiEvent>> notes(Score score) throws InvalidMidiDataException {
    Map<Part, List<MidiEvent>> events = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      events.put(part, new ArrayList<>());
    }
    Arranger arranger = new Arranger(score);
    int length = score.tune().meter().length();
    for (int i = 0; i < score.tune().bars().size(); i++) {
      long start = (long) i * length * TICKS_PER_SIXTEENTH;
      for (Chord chord : score.tune().bars().get(i).chords()) {
        byte[] symbol = score.key().write(chord).getBytes(StandardCharsets.US_ASCII);
        long tick = start + (long) chord.position() * TICKS_PER_SIXTEENTH;
        MetaMessage message = new MetaMessage(TEXT, symbol, symbol.length);
        events.get(Part.CHORDS).add(new MidiEvent(message, tick));
      }
      for (Arranger.Sounding note : arranger.arrange(i)) {
        long on = start + (long) note.position() * TICKS_PER_SIXTEENTH;
        long off = on + (long) note.duration() * TICKS_PER_SIXTEENTH - GAP;
        int channel = note.part().channel();
        ShortMessage begin =
            new ShortMessage(ShortMessage.NOTE_ON, channel, note.pitch(), note.velocity());
        ShortMessage finish = new ShortMessage(ShortMessage.NOTE_OFF, channel, note.pitch(), 0);
        events.get(note.part()).add(new MidiEvent(begin, on));
        events.get(note.part()).add(new MidiEvent(finish, off));
      }
    }
    for (List<MidiEvent> part : events.values()) {
      part.sort(Comparator.comparingLong(MidiEvent::getTick)); // stable: symbols stay first
    }
    return events;
  }

  private static String record(Score score) {
    Arrangement a = score.arrangement();
    return "style=%s density=%d program=%d harmony=%d bass=%d pattern=%s drums=%b energy=%d tempo=%d key=%s"
        .formatted(
            score.tune().style(),
            score.density(),
            a.program(),
            a.harmony(),
            a.bass(),
            a.pattern(),
            a.drums(),
            a.energy(),
            score.tempo(),
            score.key().tonic());
  }

  private static void control(Track track, Part part, int controller, int value)
      throws InvalidMidiDataException {
    track.add(
        new MidiEvent(
            new ShortMessage(ShortMessage.CONTROL_CHANGE, part.channel(), controller, value), 0));
  }

  private static void text(Track track, long tick, int type, String text)
      throws InvalidMidiDataException {
    meta(track, tick, type, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void meta(Track track, long tick, int type, byte... data)
      throws InvalidMidiDataException {
    track.add(new MidiEvent(new MetaMessage(type, data, data.length), tick));
  }

  private static byte[] bigEndian(long value, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (value >> 8 * (length - 1 - i));
    }
    return bytes;
  }
}
