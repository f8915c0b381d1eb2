package dev.triptych.host.web;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Ends writes to clients that do not read: the thread is interrupted, which closes its connection.
 * [any thread]
 */
final class Stalls implements AutoCloseable {
  private static final long PAUSE_MILLIS = 500;

  private final Map<Thread, Long> writing = new ConcurrentHashMap<>();
  private final Thread watch = new Thread(this::look, "web stalls");
  private final long nanos;

  Stalls(long seconds) {
    nanos = TimeUnit.SECONDS.toNanos(seconds);
    watch.setDaemon(true);
    watch.start();
  }

  /** Says that this thread begins to write. */
  void begin() {
    writing.put(Thread.currentThread(), System.nanoTime());
  }

  /** Says that the write is over. */
  synchronized void end() {
    writing.remove(Thread.currentThread());
    Thread.interrupted(); // an interrupt that came late must not reach what follows
  }

  private void look() {
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        synchronized (this) {
          writing.forEach(
              (thread, since) -> {
                if (System.nanoTime() - since > nanos) {
                  thread.interrupt();
                }
              });
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
