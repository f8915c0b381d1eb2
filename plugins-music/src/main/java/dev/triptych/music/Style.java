package dev.triptych.music;

/** What a melody is like, by the collection that it was learnt from. */
public enum Style {
  /** British and American dance tunes (Nottingham Music Database). */
  FOLK,
  /** Popular songs of the jazz age (OpenEWLD lead sheets). */
  SONG,
  /** Hymn tunes (Open Hymnal Project). */
  HYMN,
  /** The chorales of J. S. Bach. */
  CHORALE,
  /** A user's own collection of MIDI files. */
  OWN;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
