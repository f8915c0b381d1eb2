package dev.triptych.host.jobs;

import dev.triptych.host.works.StoredWork;
import java.util.List;
import java.util.Optional;

/**
 * How a job ended: its works, and why it failed if it did.
 *
 * @param generator the generator's id
 * @param works what it committed, in that order; a failed job may have committed some
 * @param failure why it failed; empty if all went well
 * @param remarks sentences on what the plugin should have done otherwise, such as leases left open
 * @param timeline what happened when
 */
public record Outcome(
    String generator,
    List<StoredWork> works,
    Optional<Failure> failure,
    List<String> remarks,
    List<Mark> timeline) {

  /** Whose fault a failure is. */
  public enum Fault {
    /** What the user asked cannot be. */
    MISTAKE,
    /** The user said stop. */
    CANCELLED,
    /** The plugin, a model or the machine failed. */
    FAILURE
  }

  /** Where a failure came from. */
  public enum Origin {
    /** The plugin broke its contract, or threw. */
    PLUGIN,
    /** The plugin, while Java's heap was full. */
    HEAP,
    /** The user, a model's files, or the machine. */
    ELSEWHERE
  }

  /** Why a job failed, in one sentence. */
  public record Failure(Fault fault, String sentence, Origin origin) {

    /** A failure that is not the plugin's. */
    public Failure(Fault fault, String sentence) {
      this(fault, sentence, Origin.ELSEWHERE);
    }
  }

  /**
   * A moment of a job.
   *
   * @param seconds since the job was ordered
   * @param what a word or two
   */
  public record Mark(double seconds, String what) {}

  /** Returns whether the job made what it should. */
  public boolean succeeded() {
    return failure.isEmpty();
  }

  /** Returns how long the job took from order to end. */
  public double seconds() {
    return timeline.get(timeline.size() - 1).seconds();
  }
}
