package dev.triptych.host.origin;

import dev.triptych.host.trust.Candidate;
import java.io.IOException;

/** The Maven repositories that a user's settings name. */
public interface Repositories {
  /**
   * Gets an artifact, its newest release if no version is said, with the signature beside it.
   *
   * @throws IllegalArgumentException if no repository has it, saying which were asked
   * @throws IOException if they cannot be asked, or what came is damaged
   */
  Candidate fetch(Coordinates wanted, FetchListener listener)
      throws IOException, InterruptedException;

  /**
   * Returns the newest release of an artifact; the version that is said if none is newer.
   *
   * @throws IllegalArgumentException if no repository has one, saying which were asked
   * @throws IOException if they cannot be asked
   */
  String newest(Coordinates wanted) throws IOException, InterruptedException;
}
