package dev.triptych.host.origin.maven;

import dev.triptych.host.origin.FetchListener;
import dev.triptych.host.trust.Candidate;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;

/** Tells how transfers get on, and ends those that are too large or not wanted any more. */
final class Transfers extends AbstractTransferListener {
  private final FetchListener listener;
  private final Thread waiting;
  private volatile boolean large;

  Transfers(FetchListener listener) {
    this.listener = listener;
    this.waiting = Thread.currentThread();
  }

  /** Returns whether a file was larger than it may be. */
  boolean large() {
    return large;
  }

  @Override
  public void transferStarted(TransferEvent event) throws TransferCancelledException {
    look(event);
  }

  @Override
  public void transferProgressed(TransferEvent event) throws TransferCancelledException {
    look(event);
  }

  private void look(TransferEvent event) throws TransferCancelledException {
    long total = event.getResource().getContentLength();
    large |= Math.max(total, event.getTransferredBytes()) > Candidate.MAX_BYTES;
    if (large || waiting.isInterrupted()) {
      throw new TransferCancelledException(large ? "it is too large" : "stopped");
    }
    String name = event.getResource().getResourceName();
    listener.came(name.substring(name.lastIndexOf('/') + 1), event.getTransferredBytes(), total);
  }
}
