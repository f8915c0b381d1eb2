package dev.triptych.training.melody;

import dev.triptych.music.Bar;
import dev.triptych.music.Chord;
import dev.triptych.music.Meter;
import dev.triptych.music.Mode;
import dev.triptych.music.Note;
import dev.triptych.music.Quality;
import dev.triptych.music.Style;
import dev.triptych.music.Tune;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A melody with chord symbols at absolute times and pitches, as collections give them.
 *
 * @param id names the piece in its collection
 * @param style the collection's style
 * @param meter of the whole piece
 * @param tonic pitch class of the tonic, 0 for C
 * @param mode of the whole piece
 * @param melody in any order; where notes overlap, the later one cuts the earlier
 * @param chords in any order
 */
public record LeadSheet(
    String id,
    Style style,
    Meter meter,
    int tonic,
    Mode mode,
    List<TimedNote> melody,
    List<TimedChord> chords) {

  /** A note; times in sixteenths from the start of the first bar, pitch as in MIDI. */
  public record TimedNote(int onset, int duration, int pitch) {
    int end() {
      return onset + duration;
    }
  }

  /** A chord; times in sixteenths from the start of the first bar, root as pitch class. */
  public record TimedChord(int onset, int duration, int root, Quality quality) {
    int end() {
      return onset + duration;
    }
  }

  /**
   * Returns the piece relative to its tonic, bar by bar: a note that would go on into the next bar
   * ends with its own, and the chord in force at the start of a bar is repeated there.
   */
  public Tune tune() {
    List<TimedNote> line = line();
    double mean = line.stream().mapToInt(TimedNote::pitch).average().orElse(tonic);
    int tonicPitch = tonic + 12 * (int) Math.floor((mean - tonic) / 12);
    int length = meter.length();
    TimedNote last = line.get(line.size() - 1);
    int count = Math.max(1, (last.onset() + length) / length);
    List<List<Note>> notes = new ArrayList<>();
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      notes.add(new ArrayList<>());
    }
    for (TimedNote note : line) {
      int position = note.onset() % length;
      int duration = Math.min(note.duration(), length - position);
      notes.get(note.onset() / length).add(new Note(position, duration, note.pitch() - tonicPitch));
    }
    for (int i = 0; i < count; i++) {
      bars.add(new Bar(chords(i * length), notes.get(i)));
    }
    return new Tune(style, meter, mode, bars);
  }

  /** The melody with one note at a time: the highest of those that begin together. */
  private List<TimedNote> line() {
    List<TimedNote> sorted = new ArrayList<>(melody);
    sorted.sort(
        Comparator.comparingInt(TimedNote::onset)
            .thenComparing(Comparator.comparingInt(TimedNote::pitch).reversed()));
    List<TimedNote> line = new ArrayList<>();
    for (TimedNote note : sorted) {
      TimedNote before = line.isEmpty() ? null : line.get(line.size() - 1);
      if (before != null && before.onset() == note.onset()) {
        continue;
      }
      if (before != null && before.end() > note.onset()) {
        int cut = note.onset() - before.onset();
        line.set(line.size() - 1, new TimedNote(before.onset(), cut, before.pitch()));
      }
      line.add(note);
    }
    if (line.isEmpty()) {
      throw new IllegalArgumentException(id + " has no melody");
    }
    return line;
  }

  private List<Chord> chords(int start) {
    List<Chord> found = new ArrayList<>();
    chords.stream()
        .filter(chord -> chord.onset() < start + meter.length() && chord.end() > start)
        .sorted(Comparator.comparingInt(TimedChord::onset))
        .forEach(
            chord -> {
              int position = Math.max(0, chord.onset() - start);
              int root = Math.floorMod(chord.root() - tonic, 12);
              Chord next = new Chord(position, root, chord.quality());
              Chord before = found.isEmpty() ? null : found.get(found.size() - 1);
              if (before != null && before.position() == position) {
                found.set(found.size() - 1, next);
              } else if (!next.sounds(before)) {
                found.add(next);
              }
            });
    return found;
  }
}
