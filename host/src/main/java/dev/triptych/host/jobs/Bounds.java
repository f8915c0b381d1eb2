package dev.triptych.host.jobs;

import java.time.Duration;

/**
 * How far a generator may go before the host steps in.
 *
 * @param workBytes how large one work may be
 * @param jobBytes how large the drafts and works of one job may be together
 * @param silence how long a job may call nothing of the host before it counts as stuck, and its
 *     place is given to others
 * @param patience how long a job may run on after it was cancelled before it is given up; one whose
 *     steps take longer gets twice its longest, up to twelve times the patience
 * @param failures how often in a row a generator may fail by its own fault before it is quarantined
 */
public record Bounds(
    long workBytes, long jobBytes, Duration silence, Duration patience, int failures) {
  private static final long MIB = 1 << 20;

  /**
   * The bounds of a usual start: one step of a large picture may take minutes on a small machine.
   */
  public static final Bounds USUAL =
      new Bounds(512 * MIB, 1024 * MIB, Duration.ofMinutes(5), Duration.ofSeconds(5), 3);

  /** Checks that all are above nothing. */
  public Bounds {
    if (workBytes < 1
        || jobBytes < 1
        || silence.toMillis() < 1
        || patience.toMillis() < 1
        || failures < 1) {
      throw new IllegalArgumentException("bounds of jobs must be above 0");
    }
  }

  /** Returns these bounds with others for bytes. */
  public Bounds withBytes(long ofWork, long ofJob) {
    return new Bounds(ofWork, ofJob, silence, patience, failures);
  }

  /** Returns these bounds with other times. */
  public Bounds withTimes(Duration ofSilence, Duration ofPatience) {
    return new Bounds(workBytes, jobBytes, ofSilence, ofPatience, failures);
  }

  /** Returns these bounds with another number of failures. */
  public Bounds withFailures(int inARow) {
    return new Bounds(workBytes, jobBytes, silence, patience, inARow);
  }
}
