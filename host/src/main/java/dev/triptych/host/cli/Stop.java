package dev.triptych.host.cli;

/**
 * Ctrl-C: cancels the jobs, waits at most 5 s for them, removes what is not finished, says so, and
 * ends the process once native calls came back, for leaving Java inside one crashes it.
 */
final class Stop {
  private volatile Session session;
  private volatile boolean over;

  /** Stops this session when the user says so; the first call hooks into the process' end. */
  void arm(Session current) {
    boolean first = session == null;
    session = current;
    if (first) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::end, "stop"));
    }
  }

  /** Says that the process ends by itself. */
  void disarm() {
    over = true;
  }

  private void end() {
    if (!over) {
      session.stop();
      session.console().err().println();
      session.console().err().println(session.stopSentence());
      session.settle();
      Runtime.getRuntime().halt(Main.STOPPED);
    }
  }
}
