package dev.triptych.host.jobs;

/** What the host's own stand-in for a generator asks of a job beyond the contract. [any thread] */
public interface Oversight {
  /** Returns whether nobody waits for the job any more: it ended, or was given up. */
  boolean isOver();

  /**
   * Says that the generator wants a model, which is lent elsewhere.
   *
   * @throws IllegalStateException if the generator did not declare it
   */
  void wants(String model);

  /** Says that the generator got a model, for the lineage of its works. */
  void has(String model, String digest, String device);
}
