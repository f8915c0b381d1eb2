package dev.triptych.host.jobs;

/** How many bytes the drafts and works of one job may have. [any thread] */
final class Allowance {
  private final Bounds bounds;
  private long held;

  Allowance(Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Lets a draft grow.
   *
   * @param size how large it is
   * @param more how many bytes are added
   * @throws IllegalStateException if that is too much, in a sentence
   */
  synchronized void grow(long size, long more) {
    if (size + more > bounds.workBytes()) {
      throw new IllegalStateException("a work may have at most " + mb(bounds.workBytes()));
    }
    if (held + more > bounds.jobBytes()) {
      throw new IllegalStateException(
          "the works of one job may have at most " + mb(bounds.jobBytes()) + " together");
    }
    held += more;
  }

  /** Gives bytes of a draft back. */
  synchronized void shrink(long bytes) {
    held -= bytes;
  }

  private static String mb(long bytes) {
    return (bytes >> 20) + " MB";
  }
}
