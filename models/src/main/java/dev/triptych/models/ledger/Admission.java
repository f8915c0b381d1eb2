package dev.triptych.models.ledger;

import dev.triptych.api.ModelSpec;
import dev.triptych.models.ledger.Slot.Key;
import java.io.IOException;

/**
 * A job that was let in: the models that it had announced are its own to lease. [any thread]
 *
 * <p>Close it when the job is over; if a lease is still open then, others get the job's slot at
 * once, and its bytes when the last lease closes.
 */
public final class Admission implements AutoCloseable {
  private final ModelManager manager;
  private final Ticket<Key> ticket;
  private boolean over;

  Admission(ModelManager manager, Ticket<Key> ticket) {
    this.manager = manager;
    this.ticket = ticket;
  }

  /**
   * Takes a share of a model for this job, as {@link ModelManager#lease}.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public <M extends AutoCloseable> Share<M> lease(ModelSpec<M> spec, ModelSource source)
      throws IOException, InterruptedException {
    synchronized (this) {
      if (over) {
        throw new IllegalStateException("the job is over");
      }
    }
    return manager.lease(ticket, spec, source);
  }

  /** Gives the job's slot to others while it does not move; its bytes stay taken. */
  public void giveWay() {
    manager.slot(ticket, false);
  }

  /** Takes a slot again, even if there is one job too many for a while. */
  public void comeBack() {
    manager.slot(ticket, true);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    manager.leave(ticket);
  }
}
