package dev.triptych.music;

import java.util.Objects;

/**
 * A whole work: what the model wrote, where it sounds, and how it is arranged.
 *
 * @param tune melody and chords, relative to the tonic
 * @param key where they sound
 * @param tempo quarter notes a minute
 * @param density the class of density that was asked for
 * @param arrangement what the arranger needs
 */
public record Score(Tune tune, Key key, int tempo, int density, Arrangement arrangement) {

  /**
   * Makes a score.
   *
   * @throws IllegalArgumentException if the key's mode is not the tune's
   */
  public Score {
    Objects.requireNonNull(arrangement, "arrangement");
    if (tune.mode() != key.mode()) {
      throw new IllegalArgumentException("a tune in " + tune.mode() + " cannot be in " + key);
    }
  }
}
