package dev.triptych.music;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns melody and chords into notes that sound, by rules: bass, accompaniment, percussion and
 * dynamics.
 *
 * <p>No model is at work here, and the lineage says so. What sounds in a bar depends on that bar,
 * its place and the arrangement alone, so that another bar can be redone without touching it.
 */
final class Arranger {

  /**
   * A note that sounds, in sixteenths from the start of its bar.
   *
   * @param pitch MIDI note number
   * @param velocity 1 to 127
   */
  record Sounding(Part part, int position, int duration, int pitch, int velocity) {}

  private static final int SIDE_STICK = 37;
  private static final int CLOSED_HAT = 42;
  private static final int LOWEST_BASS = 36;
  private static final int LOWEST_CHORD = 52;

  private final Score score;
  private final Meter meter;
  private final int beat;

  Arranger(Score score) {
    this.score = score;
    this.meter = score.tune().meter();
    this.beat = meter.beat();
  }

  /** Returns what sounds in one bar, counted from 0. */
  List<Sounding> arrange(int index) {
    Bar bar = score.tune().bars().get(index);
    List<Sounding> sounding = new ArrayList<>();
    for (Note note : bar.notes()) {
      int velocity = loudness(index, note.position()) + 12;
      int pitch = Math.min(score.key().tonicPitch() + note.pitch(), 127);
      sounding.add(
          new Sounding(Part.MELODY, note.position(), note.duration(), pitch, clip(velocity)));
    }
    for (int i = 0; i < bar.chords().size(); i++) {
      Chord chord = bar.chords().get(i);
      int end = i + 1 < bar.chords().size() ? bar.chords().get(i + 1).position() : meter.length();
      accompany(index, chord, end, sounding);
    }
    if (score.arrangement().drums()) {
      drum(index, sounding);
    }
    return sounding;
  }

  private void accompany(int index, Chord chord, int end, List<Sounding> out) {
    int start = chord.position();
    int[] tones = voicing(chord);
    int bass = LOWEST_BASS + Math.floorMod(root(chord) - LOWEST_BASS, 12);
    boolean last = index == score.tune().bars().size() - 1;
    if (score.arrangement().pattern() == Arrangement.Pattern.SUSTAINED || last) {
      add(out, Part.BASS, index, start, end - start, bass);
      for (int tone : tones) {
        add(out, Part.CHORDS, index, start, end - start, tone);
      }
    } else if (score.arrangement().pattern() == Arrangement.Pattern.BROKEN) {
      add(out, Part.BASS, index, start, end - start, bass);
      int[] order = beat == 6 ? new int[] {0, 1, 2} : new int[] {0, 2, 1, 2};
      for (int at = start; at < end; at += 2) {
        int tone = tones[order[(at - start) / 2 % order.length]];
        add(out, Part.CHORDS, index, at, Math.min(4, end - at), tone);
      }
    } else {
      afterbeat(index, start, end, bass, chord, tones, out);
    }
  }

  /** Bass on the strong beats, root and fifth in turn, and the chord between them. */
  private void afterbeat(
      int index, int start, int end, int bass, Chord chord, int[] tones, List<Sounding> out) {
    int stride = beat == 6 ? 6 : meter == Meter.THREE_FOUR ? 12 : meter.length() == 8 ? 4 : 8;
    int fifth = bass + chord.quality().intervals()[2] - (bass + 7 > LOWEST_BASS + 12 ? 12 : 0);
    for (int at = start; at < end; at++) {
      int within = at % stride;
      if (within == 0 || at == start) {
        boolean second = at / stride % 2 == 1 && at != start;
        add(out, Part.BASS, index, at, Math.min(stride / 2, end - at), second ? fifth : bass);
      } else if (strums(within)) {
        for (int tone : tones) {
          add(out, Part.CHORDS, index, at, Math.min(2, end - at), tone);
        }
      }
    }
  }

  private boolean strums(int within) {
    return switch (meter) {
      case SIX_EIGHT -> within == 4;
      case THREE_FOUR -> within == 4 || within == 8;
      case TWO_FOUR -> within == 2;
      case FOUR_FOUR, TWO_TWO -> within == 4;
    };
  }

  private void drum(int index, List<Sounding> out) {
    int eighth = 2;
    for (int at = 0; at < meter.length(); at += eighth) {
      int velocity = clip(loudness(index, at) - (at % beat == 0 ? 24 : 34));
      out.add(new Sounding(Part.DRUMS, at, 1, CLOSED_HAT, velocity));
      boolean backbeat = at % beat == 0 && at / beat % 2 == 1;
      if (backbeat) {
        out.add(new Sounding(Part.DRUMS, at, 1, SIDE_STICK, velocity));
      }
    }
  }

  private void add(
      List<Sounding> out, Part part, int index, int position, int duration, int pitch) {
    int velocity = clip(loudness(index, position) - 6);
    out.add(new Sounding(part, position, duration, pitch, velocity));
  }

  /** Louder on strong beats and towards the middle of each phrase of eight bars. */
  private int loudness(int index, int position) {
    double phrase = Math.sin(Math.PI * (index % 8 + 0.5) / 8);
    int accent = position == 0 ? 8 : position % beat == 0 ? 4 : 0;
    return (int) Math.round(48 + score.arrangement().energy() * 0.24 + 8 * phrase + accent);
  }

  private static int clip(int velocity) {
    return Math.max(1, Math.min(120, velocity));
  }

  private int root(Chord chord) {
    return score.key().pitchClass() + chord.root();
  }

  /** The first three or four tones, each in the octave from E3. */
  private int[] voicing(Chord chord) {
    return java.util.Arrays.stream(chord.quality().intervals())
        .map(interval -> LOWEST_CHORD + Math.floorMod(root(chord) + interval - LOWEST_CHORD, 12))
        .sorted()
        .toArray();
  }
}
