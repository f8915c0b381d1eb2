package dev.triptych.music;

import dev.triptych.models.sampling.LogitsProcessor;

/**
 * Forbids every token that would break the form: bars, positions, key, meter and the final cadence
 * hold by construction, whatever the model says.
 *
 * <ul>
 *   <li>Positions increase within a bar, chords change on beats, and every bar has a note.
 *   <li>A bar begins with a chord on its first position; only the first bar may begin later, as an
 *       upbeat.
 *   <li>The melody stays in the scale; in minor, the seventh degree is raised over the dominant.
 *       Chords belong to the key. No leap is wider than an octave.
 *   <li>The last bar ends on the tonic, over the chord of the tonic, for at least a beat.
 * </ul>
 *
 * <p>It keeps no state: where it is in a bar is read from the tokens.
 */
public final class MelodyGrammar implements LogitsProcessor {
  private static final int LOWEST = -8;
  private static final int HIGHEST = 21;
  private static final int WIDEST_LEAP = 12;

  private final Meter meter;
  private final Mode mode;

  /** Makes the grammar of one meter and mode. */
  public MelodyGrammar(Meter meter, Mode mode) {
    this.meter = meter;
    this.mode = mode;
  }

  /** Sets the logits of all tokens that must not follow to negative infinity. */
  @Override
  public void process(int[] ids, int length, float[] logits) {
    State state = state(ids, length);
    for (int id = 0; id < logits.length; id++) {
      if (!allows(state, id)) {
        logits[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Where the tokens stand in their bar. */
  private static final class State {
    int barsLeft;
    boolean firstBar;
    int last; // the last token
    int position = -1;
    Chord chord; // in force
    boolean note; // the bar has a note
    boolean sounding;
    boolean melodyAtPosition; // the position has its note or rest
    boolean chordAtPosition;
    int noteStart;
    int pitch; // of the bar's last note
    int before = Integer.MIN_VALUE; // the last pitch before the next one
  }

  private State state(int[] ids, int length) {
    int start = length - 1;
    while (start >= 0 && !Vocabulary.isBar(ids[start])) {
      start--;
    }
    if (start < 0) {
      throw new IllegalArgumentException("the tokens hold no bar");
    }
    State state = new State();
    state.barsLeft = Vocabulary.barsLeft(ids[start]);
    state.firstBar = true;
    for (int i = 0; i < start; i++) {
      state.firstBar &= !Vocabulary.isBar(ids[i]);
      if (Vocabulary.isPitch(ids[i])) {
        state.before = Vocabulary.pitchOf(ids[i]);
      }
    }
    for (int i = start; i < length; i++) {
      int id = ids[i];
      state.last = id;
      if (Vocabulary.isPosition(id)) {
        state.position = Vocabulary.positionOf(id);
        state.melodyAtPosition = false;
        state.chordAtPosition = false;
      } else if (Vocabulary.isChord(id)) {
        state.chord = Vocabulary.chordOf(id, state.position);
        state.chordAtPosition = true;
      } else if (id == Vocabulary.REST) {
        state.sounding = false;
        state.melodyAtPosition = true;
      } else if (Vocabulary.isPitch(id)) {
        state.note = true;
        state.sounding = true;
        state.melodyAtPosition = true;
        state.noteStart = state.position;
        state.pitch = Vocabulary.pitchOf(id);
        state.before = state.pitch;
      }
    }
    return state;
  }

  private boolean allows(State state, int id) {
    if (id == Vocabulary.EOS) {
      return state.barsLeft == 1 && complete(state);
    }
    if (Vocabulary.isBar(id)) {
      return Vocabulary.barsLeft(id) == state.barsLeft - 1 && complete(state);
    }
    if (Vocabulary.isPosition(id)) {
      return allowsPosition(state, Vocabulary.positionOf(id));
    }
    if (Vocabulary.isChord(id)) {
      return Vocabulary.isPosition(state.last)
          && state.position % meter.beat() == 0
          && allowsChord(state, Vocabulary.chordOf(id, state.position));
    }
    if (id == Vocabulary.REST) {
      return state.position > 0
          && !state.melodyAtPosition
          && state.sounding
          && !mustEnd(state)
          && (state.note || state.position < lastPosition(state));
    }
    if (Vocabulary.isPitch(id)) {
      return state.position >= 0
          && !state.melodyAtPosition
          && !needsChord(state)
          && allowsPitch(state, Vocabulary.pitchOf(id));
    }
    return false;
  }

  /** Whether the bar may end here. */
  private boolean complete(State state) {
    boolean open = Vocabulary.isPosition(state.last); // a position needs something at it
    return !open && state.note && (state.barsLeft > 1 || cadence(state));
  }

  private boolean cadence(State state) {
    return state.sounding
        && Math.floorMod(state.pitch, 12) == 0
        && isTonic(state.chord)
        && meter.length() - state.noteStart >= meter.beat();
  }

  private boolean isTonic(Chord chord) {
    return chord != null && chord.root() == 0 && chord.quality() == mode.tonicQuality();
  }

  /** The last position at which something may begin; in the last bar, the last beat. */
  private int lastPosition(State state) {
    return state.barsLeft == 1 ? meter.length() - meter.beat() : meter.length() - 1;
  }

  /** Whether this is the last chance for the final cadence. */
  private boolean mustEnd(State state) {
    return state.barsLeft == 1 && state.position == lastPosition(state);
  }

  private boolean needsChord(State state) {
    boolean atStart = state.position == 0 && state.chord == null;
    boolean atEnd = mustEnd(state) && !isTonic(state.chord);
    return (atStart || atEnd) && !state.chordAtPosition;
  }

  private boolean allowsPosition(State state, int position) {
    boolean open = Vocabulary.isPosition(state.last);
    boolean due = !state.melodyAtPosition && state.position == lastPosition(state) && !state.note;
    return !open
        && !due
        && position > state.position
        && position <= lastPosition(state)
        && (state.position >= 0 || state.firstBar || position == 0);
  }

  private boolean allowsChord(State state, Chord chord) {
    if (mustEnd(state)) {
      return isTonic(chord) && !isTonic(state.chord);
    }
    return mode.allows(chord) && !chord.sounds(state.chord);
  }

  private boolean allowsPitch(State state, int pitch) {
    return pitch >= LOWEST
        && pitch <= HIGHEST
        && mode.allows(pitch, state.chord)
        && (state.before == Integer.MIN_VALUE || Math.abs(pitch - state.before) <= WIDEST_LEAP)
        && (!mustEnd(state) || Math.floorMod(pitch, 12) == 0);
  }
}
