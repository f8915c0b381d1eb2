package dev.triptych.models.hub;

import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Pauses between tries that get longer, until something is gained or patience ends. */
final class Backoff {

  /** A failure that may pass. */
  static final class PassingException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Optional<Duration> wait;

    /**
     * Makes a failure.
     *
     * @param end what to say if it never passes
     * @param wait what the server asks to wait
     */
    PassingException(HubException end, Optional<Duration> wait) {
      super(end.getMessage(), end);
      this.wait = wait;
    }

    PassingException(Problem problem, Object... details) {
      this(new HubException(problem, details), Optional.empty());
    }

    HubException end() {
      return (HubException) getCause();
    }
  }

  /** Something to do that may fail for a while. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  private final Patience patience;
  private final String what;
  private final PullListener listener;
  private int failures;

  Backoff(Patience patience, String what, PullListener listener) {
    this.patience = patience;
    this.what = what;
    this.listener = listener;
  }

  /** Tries until it is done. */
  <T> T run(Attempt<T> attempt) throws IOException, InterruptedException {
    while (true) {
      try {
        return attempt.run();
      } catch (PassingException e) {
        pause(e);
      }
    }
  }

  /** Says that something was gained, so that patience begins anew. */
  void gained() {
    failures = 0;
  }

  /**
   * Waits before the next try.
   *
   * @throws HubException if patience has ended
   */
  void pause(PassingException failure) throws HubException, InterruptedException {
    failures++;
    Duration asked = failure.wait.orElse(Duration.ZERO);
    if (failures >= patience.tries() || asked.compareTo(patience.longest()) > 0) {
      throw failure.end();
    }
    Duration mine = patience.pause().multipliedBy(1L << Math.min(failures - 1, 20));
    Duration pause = asked.compareTo(mine) > 0 ? asked : mine;
    if (pause.compareTo(patience.longest()) > 0) {
      pause = patience.longest();
    }
    listener.retrying(what, failure.end().problem(), pause);
    Thread.sleep(pause.toMillis());
  }
}
