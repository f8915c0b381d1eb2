package dev.triptych.training.diffusion;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Makes the next batch on a thread of its own while the last one is learnt from. */
final class Ahead<B> implements AutoCloseable {

  private final LongFunction<B> maker;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "batches");
            made.setDaemon(true);
            return made;
          });
  private Future<B> next;
  private long step;

  Ahead(long firstStep, LongFunction<B> maker) {
    this.maker = maker;
    this.step = firstStep;
    this.next = thread.submit(() -> maker.apply(firstStep));
  }

  B take() {
    try {
      B batch = next.get();
      long following = ++step;
      next = thread.submit(() -> maker.apply(following));
      return batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("training was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a batch could not be made: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
