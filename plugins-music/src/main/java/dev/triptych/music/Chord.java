package dev.triptych.music;

import java.util.Objects;

/**
 * A chord in a bar, relative to the tonic of the key.
 *
 * @param position where it begins, in sixteenths from the start of the bar
 * @param root semitones from the tonic up to the root, 0 to 11
 * @param quality the kind of chord
 */
public record Chord(int position, int root, Quality quality) {

  /**
   * Makes a chord.
   *
   * @throws IllegalArgumentException if the root is not a pitch class
   */
  public Chord {
    Objects.requireNonNull(quality, "quality");
    if (root < 0 || root > 11) {
      throw new IllegalArgumentException("the root " + root + " must be 0 to 11");
    }
  }

  /** Returns the pitch classes of the tones, in semitones from the tonic, one bit each. */
  public int pitchClasses() {
    int bits = 0;
    for (int interval : quality.intervals()) {
      bits |= 1 << (root + interval) % 12;
    }
    return bits;
  }

  /** Says whether the other chord sounds the same, wherever it stands. */
  public boolean sounds(Chord other) {
    return other != null && root == other.root && quality == other.quality;
  }
}
