package dev.triptych.models.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Tasks beside each other: the first failure, or an interrupt, stops them all.
 *
 * <p>Java 17's HTTP client swallows an interrupt while a body is read, so that bodies must be
 * closed too.
 */
final class Crew {
  private Crew() {}

  /**
   * Returns the results in the tasks' order when all are done and no thread is left.
   *
   * @param stop makes tasks end that wait for a server; run after a failure or an interrupt
   */
  static <T> List<T> run(int threads, List<Callable<T>> tasks, Runnable stop)
      throws IOException, InterruptedException {
    if (tasks.isEmpty()) {
      return List.of();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(threads, tasks.size()),
            work -> {
              Thread thread = new Thread(work, "hub-pull");
              thread.setDaemon(true);
              return thread;
            });
    try {
      CompletionService<T> done = new ExecutorCompletionService<>(pool);
      List<Future<T>> futures = tasks.stream().map(done::submit).toList();
      for (int i = 0; i < tasks.size(); i++) {
        done.take().get();
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      end(pool, stop);
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      end(pool, stop);
      throw e;
    } finally {
      pool.shutdown();
    }
  }

  private static IOException failure(Throwable cause) throws InterruptedException {
    if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
      throw (InterruptedException) new InterruptedException("stopped").initCause(cause);
    }
    if (cause instanceof IOException failure) {
      return failure;
    }
    if (cause instanceof RuntimeException mistake) {
      throw mistake;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(cause);
  }

  /** Interrupts what still runs and waits until the files are closed. */
  private static void end(ExecutorService pool, Runnable stop) {
    pool.shutdownNow();
    stop.run();
    boolean interrupted = false;
    while (true) {
      try {
        if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
