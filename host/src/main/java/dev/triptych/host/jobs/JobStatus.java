package dev.triptych.host.jobs;

import java.time.Instant;

/**
 * How a job gets on.
 *
 * @param id its number in this process
 * @param generator the generator's id
 * @param plugin the bundle that the generator came in, with its version
 * @param since when it was ordered
 * @param done the share done, 0 to 1, as the generator last said
 * @param phase what was being done, as the generator last said; empty at first
 */
public record JobStatus(
    long id,
    String generator,
    String plugin,
    Instant since,
    double done,
    String phase,
    State state) {

  /** Where a job stands. */
  public enum State {
    /** It waits for a core or for memory. */
    WAITING,
    /** It works. */
    RUNNING,
    /**
     * It has called nothing of the host for minutes, or did not stop when it was cancelled: others
     * have its place.
     */
    STUCK,
    /** It has ended, and so has its thread. */
    OVER
  }
}
