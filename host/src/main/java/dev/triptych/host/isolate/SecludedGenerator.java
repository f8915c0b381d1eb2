package dev.triptych.host.isolate;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Request;

/** A generator that works in a worker; it has no abilities beyond the contract's two methods. */
final class SecludedGenerator implements Generator {
  private final Descriptor descriptor;
  private final WorkerPool pool;

  SecludedGenerator(Descriptor descriptor, WorkerPool pool) {
    this.descriptor = descriptor;
    this.pool = pool;
  }

  @Override
  public Descriptor descriptor() {
    return descriptor;
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    WorkerProcess worker = pool.take();
    Conversation conversation = null;
    try {
      conversation = new Conversation(worker, request, job);
      conversation.hold(descriptor.id());
    } finally {
      if (conversation != null && conversation.isInOrder()) {
        pool.giveBack(worker);
      } else {
        pool.drop(worker);
      }
    }
  }
}
