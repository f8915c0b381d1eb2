package dev.triptych.music;

/**
 * What the arranger's rules need to know: the part of a melody's sound that no model decides.
 *
 * @param program General MIDI program of the melody, 0 to 127
 * @param harmony General MIDI program of the accompaniment
 * @param bass General MIDI program of the bass
 * @param pattern how the accompaniment plays its chords
 * @param drums whether a light percussion plays
 * @param energy loudness and weight of accents, 0 to 100
 */
public record Arrangement(
    int program, int harmony, int bass, Pattern pattern, boolean drums, int energy) {

  /** How an accompaniment plays its chords. */
  public enum Pattern {
    /** Chords are held. */
    SUSTAINED,
    /** Tones follow one another in eighths. */
    BROKEN,
    /** The bass plays on the strong beats and the chord after it. */
    AFTERBEAT;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Chooses instruments and pattern from a mood.
   *
   * @param valence pleasantness in [-1, 1]
   * @param arousal excitement in [-1, 1]
   */
  public static Arrangement of(Style style, double valence, double arousal) {
    boolean choral = style == Style.HYMN || style == Style.CHORALE;
    boolean bright = valence >= 0;
    boolean lively = arousal >= 0.15;
    int program = bright ? lively ? 73 : 0 : lively ? 40 : 71; // flute, piano, violin, clarinet
    int harmony = choral ? 19 : lively ? 24 : bright ? 46 : 48; // organ, guitar, harp, strings
    int bass = choral ? 19 : lively ? 32 : 43; // organ, double bass plucked, bowed
    Pattern pattern = choral ? Pattern.SUSTAINED : lively ? Pattern.AFTERBEAT : Pattern.BROKEN;
    boolean drums = !choral && arousal >= 0.5;
    return new Arrangement(
        program, harmony, bass, pattern, drums, (int) Math.round(50 + 40 * arousal));
  }

  /** Returns this arrangement with another instrument for the melody. */
  public Arrangement withProgram(int other) {
    return new Arrangement(other, harmony, bass, pattern, drums, energy);
  }
}
