package dev.triptych.host.cli;

import java.security.SecureRandom;

/** Seeds, 0…2^53−1: whole numbers that JSON keeps exactly everywhere. */
final class Seeds {
  private static final long MOST = (1L << 53) - 1;

  private Seeds() {}

  /**
   * Returns the seed that the user typed, or a random one.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  static long choose(String typed, Messages messages) {
    if (typed == null) {
      return new SecureRandom().nextLong() & MOST;
    }
    try {
      long seed = Long.parseLong(typed.strip());
      if (seed >= 0 && seed <= MOST) {
        return seed;
      }
    } catch (NumberFormatException e) {
      // refused below, with the same sentence
    }
    throw new IllegalArgumentException(messages.text("seed.range", MOST));
  }
}
