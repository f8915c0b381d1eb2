package dev.triptych.music;

import java.util.Map;
import java.util.Optional;

/** The ten kinds of chord that the model tells apart; richer ones are reduced to these. */
public enum Quality {
  MAJOR("", 0, 4, 7),
  MINOR("m", 0, 3, 7),
  DOMINANT_SEVENTH("7", 0, 4, 7, 10),
  MINOR_SEVENTH("m7", 0, 3, 7, 10),
  MAJOR_SEVENTH("maj7", 0, 4, 7, 11),
  DIMINISHED("dim", 0, 3, 6),
  HALF_DIMINISHED("m7b5", 0, 3, 6, 10),
  DIMINISHED_SEVENTH("dim7", 0, 3, 6, 9),
  AUGMENTED("aug", 0, 4, 8),
  SUSPENDED("sus4", 0, 5, 7);

  private static final Map<String, Quality> REDUCED =
      Map.ofEntries(
          Map.entry("6", MAJOR),
          Map.entry("add9", MAJOR),
          Map.entry("5", MAJOR),
          Map.entry("9", DOMINANT_SEVENTH),
          Map.entry("11", DOMINANT_SEVENTH),
          Map.entry("13", DOMINANT_SEVENTH),
          Map.entry("maj9", MAJOR_SEVENTH),
          Map.entry("m6", MINOR),
          Map.entry("madd9", MINOR),
          Map.entry("mMaj7", MINOR),
          Map.entry("m9", MINOR_SEVENTH),
          Map.entry("m11", MINOR_SEVENTH),
          Map.entry("aug7", AUGMENTED),
          Map.entry("sus2", SUSPENDED),
          Map.entry("7sus4", SUSPENDED));

  private final String suffix;
  private final int[] intervals;

  Quality(String suffix, int... intervals) {
    this.suffix = suffix;
    this.intervals = intervals;
  }

  /** Returns the quality written so after a root, such as {@code m7}; richer ones are reduced. */
  public static Optional<Quality> of(String suffix) {
    for (Quality quality : values()) {
      if (quality.suffix.equals(suffix)) {
        return Optional.of(quality);
      }
    }
    return Optional.ofNullable(REDUCED.get(suffix));
  }

  /** Returns what is written after the root. */
  public String suffix() {
    return suffix;
  }

  /** Returns the chord's tones in semitones above its root, the root first. */
  public int[] intervals() {
    return intervals.clone();
  }
}
