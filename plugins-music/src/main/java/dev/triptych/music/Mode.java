package dev.triptych.music;

/** Major or minor, as sets of pitch classes counted in semitones from the tonic. */
public enum Mode {
  MAJOR(0, 2, 4, 5, 7, 9, 11),
  /** The natural minor scale; over the dominant the seventh degree is raised. */
  MINOR(0, 2, 3, 5, 7, 8, 10);

  private static final int RAISED_SEVENTH = 11;

  private final int scale;

  Mode(int... degrees) {
    scale = mask(degrees);
  }

  static int mask(int... pitchClasses) {
    int bits = 0;
    for (int pitchClass : pitchClasses) {
      bits |= 1 << Math.floorMod(pitchClass, 12);
    }
    return bits;
  }

  /**
   * Returns the pitch classes that a melody may use over a chord, one bit each.
   *
   * @param chord the chord in force, or null where there is none
   */
  public int scaleOver(Chord chord) {
    boolean raised =
        this == MINOR && chord != null && (chord.pitchClasses() & 1 << RAISED_SEVENTH) != 0;
    return raised ? scale & ~(1 << 10) | 1 << RAISED_SEVENTH : scale;
  }

  /** Says whether a melody may use the pitch, in semitones from the tonic, over the chord. */
  public boolean allows(int pitch, Chord chord) {
    return (scaleOver(chord) & 1 << Math.floorMod(pitch, 12)) != 0;
  }

  /**
   * Says whether the chord belongs to the key: its tones are in the scale, or it is a dominant of
   * the harmonic minor scale, on the fifth or the raised seventh degree.
   */
  public boolean allows(Chord chord) {
    int tones = chord.pitchClasses();
    if ((tones & ~scale) == 0) {
      return true;
    }
    boolean dominant = chord.root() == 7 || chord.root() == RAISED_SEVENTH;
    return this == MINOR && dominant && (tones & ~(scale & ~(1 << 10) | 1 << RAISED_SEVENTH)) == 0;
  }

  /** Returns the quality of the chord that a piece in this mode ends on. */
  public Quality tonicQuality() {
    return this == MAJOR ? Quality.MAJOR : Quality.MINOR;
  }

  @Override
  public String toString() {
    return this == MAJOR ? "major" : "minor";
  }
}
