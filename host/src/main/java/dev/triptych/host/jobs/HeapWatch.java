package dev.triptych.host.jobs;

import java.util.function.Consumer;

/**
 * Sees whether Java's heap recovers after a job ran out of it. [any thread]
 *
 * <p>Once the job's frames are gone, what it held is garbage, unless the plugin keeps it in a
 * static field or a thread: then nothing in this process can get it back, and the process must end.
 */
public final class HeapWatch {
  private static final int TRIES = 5;
  private static final long PAUSE_MILLIS = 500;
  private static final long LEAST_BYTES = 4 << 20;
  private static final int LEAST_SHARE = 50;

  private final Runtime runtime = Runtime.getRuntime();
  private volatile Consumer<String> end = sentence -> {};
  private volatile String exhausted;

  HeapWatch() {}

  /**
   * Says what to do when the heap does not recover: tell the sentence and end the process, with an
   * exit code that says so to whoever started it.
   */
  public void whenExhausted(Consumer<String> end) {
    this.end = end;
  }

  /** Refuses work in a heap that did not recover. */
  void check() {
    if (exhausted != null) {
      throw new IllegalStateException(exhausted);
    }
  }

  /** Looks at the heap after a job ran out of it, and ends the process if it stays full. */
  void ranOut(String who) {
    for (int i = 0; i < TRIES; i++) {
      runtime.gc();
      if (free() > Math.max(LEAST_BYTES, runtime.maxMemory() / LEAST_SHARE)) {
        return;
      }
      try {
        Thread.sleep(PAUSE_MILLIS); // others may be about to give some back
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exhausted = who + " ran out of memory and still holds it: the program must be started again";
    end.accept(exhausted);
  }

  private long free() {
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}
