package dev.triptych.testkit;

import dev.triptych.api.Lease;

/** A lease that must be closed before its job ends and not be used after. */
final class AssertingLease<M> implements Lease<M> {
  private final AssertingJob job;
  private final String id;
  private final M model;
  private boolean open = true;

  AssertingLease(AssertingJob job, String id, M model) {
    this.job = job;
    this.id = id;
    this.model = model;
  }

  @Override
  public synchronized M model() {
    if (!open) {
      job.violation(this + " was used after close");
      throw new IllegalStateException(this + " is closed");
    }
    return model;
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public synchronized void close() {
    open = false;
  }

  synchronized boolean open() {
    return open;
  }

  @Override
  public String toString() {
    return "the lease on model " + id;
  }
}
