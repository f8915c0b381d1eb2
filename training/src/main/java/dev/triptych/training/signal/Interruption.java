package dev.triptych.training.signal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish to end the process (Ctrl-C, SIGTERM) while native code runs: the step under way ends and
 * is saved first. Leaving the JVM inside a native call would crash it.
 */
public final class Interruption implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 300;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "training-interruption");
  private volatile boolean asked;

  /** Begins to listen for the wish. */
  public Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await() {
    asked = true;
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(143);
  }

  /** Returns whether the process is to end. */
  public boolean asked() {
    return asked;
  }

  /** Lets the process end; nothing native may run any more. */
  @Override
  public void close() {
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        asked = true; // it began to end just now
      }
    }
    ended.countDown();
  }
}
