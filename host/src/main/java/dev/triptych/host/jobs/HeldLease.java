package dev.triptych.host.jobs;

import dev.triptych.api.Lease;

/** A lease as a job holds it: it ends with the job. */
final class HeldLease<M extends AutoCloseable> implements Lease<M> {
  private final RunningJob job;
  private final String model;
  private final Lease<M> share;
  private boolean open = true;

  HeldLease(RunningJob job, String model, Lease<M> share) {
    this.job = job;
    this.model = model;
    this.share = share;
  }

  @Override
  public synchronized M model() {
    if (!open) {
      throw new IllegalStateException("the lease on " + model + " was closed");
    }
    return share.model();
  }

  @Override
  public String device() {
    return share.device();
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      share.close();
      job.closed(this);
    }
  }

  String id() {
    return model;
  }
}
