package dev.triptych.bench;

import dev.triptych.music.Bar;
import dev.triptych.music.Mode;
import dev.triptych.music.Note;
import dev.triptych.music.Tune;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A melody on the grid of sixteenths, ready to be measured.
 *
 * @param barLength sixteenths a bar
 * @param bars how many
 * @param tonic pitch class of the tonic of its key
 * @param minor whether its key is minor
 * @param notes in order
 */
record Melody(
    int barLength, int bars, int tonic, boolean minor, List<MelodyMeasures.GridNote> notes) {
  private static final int MIDDLE_C = 60;

  /** Returns the track named Melody of a MIDI file. */
  static Melody of(MidiReader.MidiFile file) throws IOException {
    byte[] time = file.meta(0x58);
    int barLength = time[0] * 16 >> time[1];
    double sixteenth = file.ticksPerQuarter() / 4.0;
    MidiReader.MidiTrack track = file.track("Melody");
    List<MelodyMeasures.GridNote> notes = new ArrayList<>();
    for (MidiReader.SoundingNote note : track.notes()) {
      notes.add(
          new MelodyMeasures.GridNote(
              (int) Math.round(note.start() / sixteenth),
              (int) Math.round((note.end() - note.start()) / sixteenth),
              note.pitch()));
    }
    byte[] key = file.meta(0x59);
    boolean minor = key[1] == 1;
    int tonic = Math.floorMod(key[0] * 7 + (minor ? 9 : 0), 12);
    int bars = (int) Math.round(track.end() / sixteenth) / barLength;
    return new Melody(barLength, bars, tonic, minor, notes);
  }

  /** Returns the melody of a tune, its tonic on middle C. */
  static Melody of(Tune tune) {
    int barLength = tune.meter().length();
    List<MelodyMeasures.GridNote> notes = new ArrayList<>();
    for (int i = 0; i < tune.bars().size(); i++) {
      Bar bar = tune.bars().get(i);
      for (Note note : bar.notes()) {
        notes.add(
            new MelodyMeasures.GridNote(
                i * barLength + note.position(), note.duration(), MIDDLE_C + note.pitch()));
      }
    }
    return new Melody(barLength, tune.bars().size(), 0, tune.mode() == Mode.MINOR, notes);
  }

  /**
   * Returns what runs of bars are, in all keys alike: onsets, durations and intervals from the
   * run's first note; runs with fewer than three notes a bar on the average are left out.
   */
  List<String> runs(int length) {
    List<String> runs = new ArrayList<>();
    for (int first = 0; first + length <= bars; first++) {
      int from = first * barLength;
      int to = (first + length) * barLength;
      StringJoiner run = new StringJoiner(" ", barLength + "|", "");
      int count = 0;
      int reference = 0;
      for (MelodyMeasures.GridNote note : notes) {
        if (note.time() >= from && note.time() < to) {
          reference = count++ == 0 ? note.pitch() : reference;
          run.add(note.time() - from + ":" + note.duration() + ":" + (note.pitch() - reference));
        }
      }
      if (count >= 3 * length) {
        runs.add(run.toString());
      }
    }
    return runs;
  }
}
