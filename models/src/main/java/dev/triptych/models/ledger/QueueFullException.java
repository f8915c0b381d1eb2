package dev.triptych.models.ledger;

import java.io.IOException;

/** Too many jobs wait already: come back later. */
public final class QueueFullException extends IOException {
  private static final long serialVersionUID = 1;

  QueueFullException(int waiting) {
    super(waiting + " jobs wait already; try again when some of them are done");
  }
}
