package dev.triptych.music;

import java.util.List;

/**
 * One bar of melody and chords, complete in itself: the chord in force at its start is repeated
 * there, and no note goes on into the next bar.
 *
 * @param chords in the order of their positions
 * @param notes in the order of their positions, one at a time
 */
public record Bar(List<Chord> chords, List<Note> notes) {

  /** Makes a bar. */
  public Bar {
    chords = List.copyOf(chords);
    notes = List.copyOf(notes);
  }

  /** Returns the chord in force at a position, or null where there is none. */
  public Chord chordAt(int position) {
    Chord found = null;
    for (Chord chord : chords) {
      if (chord.position() <= position) {
        found = chord;
      }
    }
    return found;
  }
}
