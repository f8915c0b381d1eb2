package dev.triptych.music;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiMessage;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;

/** Reads the score back from a file that {@link ScoreFile} wrote. */
final class ScoreReader {
  private final Sequence sequence;

  private ScoreReader(Sequence sequence) {
    this.sequence = sequence;
  }

  /**
   * Returns the score of a file.
   *
   * @throws IllegalArgumentException if the bytes are no MIDI file, or one that was not made by
   *     this generator
   */
  static Score read(byte[] file) {
    try {
      return new ScoreReader(MidiSystem.getSequence(new ByteArrayInputStream(file))).score();
    } catch (InvalidMidiDataException | IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "the work is not a melody of music.melody that can be revised: " + e.getMessage(), e);
    }
  }

  private Score score() {
    if (sequence.getDivisionType() != Sequence.PPQ
        || sequence.getResolution() != ScoreFile.TICKS_PER_QUARTER
        || sequence.getTracks().length < 3) {
      throw new IllegalArgumentException("its tracks are others");
    }
    Track conductor = sequence.getTracks()[0];
    Map<String, String> record = record(conductor);
    byte[] time = meta(conductor, ScoreFile.TIME_SIGNATURE);
    byte[] signature = meta(conductor, ScoreFile.KEY_SIGNATURE);
    Meter meter =
        Meter.of(time[0] + "/" + (1 << time[1]))
            .orElseThrow(() -> new IllegalArgumentException("its meter is unknown"));
    Key key = new Key(record.get("key"), signature[1] == 1 ? Mode.MINOR : Mode.MAJOR);
    Style style = Style.valueOf(record.get("style").toUpperCase(Locale.ROOT));
    Arrangement arrangement =
        new Arrangement(
            whole(record, "program"),
            whole(record, "harmony"),
            whole(record, "bass"),
            Arrangement.Pattern.valueOf(record.get("pattern").toUpperCase(Locale.ROOT)),
            Boolean.parseBoolean(record.get("drums")),
            whole(record, "energy"));
    Tune tune = new Tune(style, meter, key.mode(), bars(meter, key));
    return new Score(tune, key, whole(record, "tempo"), whole(record, "density"), arrangement);
  }

  private List<Bar> bars(Meter meter, Key key) {
    int barTicks = meter.length() * ScoreFile.TICKS_PER_SIXTEENTH;
    int count = Math.toIntExact(sequence.getTracks()[0].ticks() / barTicks);
    Map<Integer, List<Chord>> chords = new TreeMap<>();
    Map<Integer, List<Note>> notes = new TreeMap<>();
    Track chordTrack = track(Part.CHORDS);
    for (int i = 0; i < chordTrack.size(); i++) {
      MidiEvent event = chordTrack.get(i);
      int position = Math.toIntExact(event.getTick() / ScoreFile.TICKS_PER_SIXTEENTH);
      text(event.getMessage(), ScoreFile.TEXT)
          .flatMap(symbol -> key.read(symbol, position % meter.length()))
          .ifPresent(
              chord ->
                  chords
                      .computeIfAbsent(position / meter.length(), b -> new ArrayList<>())
                      .add(chord));
    }
    long on = -1;
    Track melody = track(Part.MELODY);
    for (int i = 0; i < melody.size(); i++) {
      MidiEvent event = melody.get(i);
      if (event.getMessage() instanceof ShortMessage message) {
        if (message.getCommand() == ShortMessage.NOTE_ON) {
          on = event.getTick();
        } else if (message.getCommand() == ShortMessage.NOTE_OFF) {
          int position = Math.toIntExact(on / ScoreFile.TICKS_PER_SIXTEENTH);
          double sixteenths = (event.getTick() - on) / (double) ScoreFile.TICKS_PER_SIXTEENTH;
          Note note =
              new Note(
                  position % meter.length(),
                  (int) Math.round(sixteenths),
                  message.getData1() - key.tonicPitch());
          notes.computeIfAbsent(position / meter.length(), b -> new ArrayList<>()).add(note);
        }
      }
    }
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bars.add(new Bar(chords.getOrDefault(i, List.of()), notes.getOrDefault(i, List.of())));
    }
    return bars;
  }

  private Track track(Part part) {
    for (Track track : sequence.getTracks()) {
      for (int i = 0; i < track.size(); i++) {
        if (text(track.get(i).getMessage(), ScoreFile.TRACK_NAME)
            .equals(Optional.of(part.title()))) {
          return track;
        }
      }
    }
    throw new IllegalArgumentException("it has no track named " + part.title());
  }

  private static Map<String, String> record(Track conductor) {
    for (int i = 0; i < conductor.size(); i++) {
      String text = text(conductor.get(i).getMessage(), ScoreFile.TEXT).orElse("");
      if (text.startsWith(ScoreFile.RECORD)) {
        Map<String, String> record = new HashMap<>();
        for (String field : text.substring(ScoreFile.RECORD.length()).split(" ")) {
          String[] pair = field.split("=", 2);
          record.put(pair[0], pair.length == 2 ? pair[1] : "");
        }
        return record;
      }
    }
    throw new IllegalArgumentException("it holds no record of its making");
  }

  private static byte[] meta(Track track, int type) {
    for (int i = 0; i < track.size(); i++) {
      if (track.get(i).getMessage() instanceof MetaMessage meta && meta.getType() == type) {
        return meta.getData();
      }
    }
    throw new IllegalArgumentException("it lacks the meta event 0x" + Integer.toHexString(type));
  }

  private static Optional<String> text(MidiMessage message, int type) {
    return message instanceof MetaMessage meta && meta.getType() == type
        ? Optional.of(new String(meta.getData(), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static int whole(Map<String, String> record, String name) {
    return Integer.parseInt(record.get(name));
  }
}
