package dev.triptych.host.cli;

import dev.triptych.host.origin.FetchListener;
import java.util.Locale;

/**
 * How a file from elsewhere gets on: a live line on a terminal, a line for each tenth in a pipe. If
 * the user says stop meanwhile, whoever fetches is interrupted. [any thread]
 */
final class FetchProgress implements FetchListener, AutoCloseable {
  private static final long PAUSE_NANOS = 200_000_000;
  private static final long SMALL = 1 << 20;

  private final Messages messages;
  private final ProgressLine line;
  private final boolean live;
  private final Thread fetching = Thread.currentThread();
  private boolean over;
  private String name = "";
  private long shown;
  private long tenth;

  FetchProgress(Session session, boolean quiet) {
    this.messages = session.messages();
    this.line = new ProgressLine(session.console(), quiet, session::say);
    this.live = session.console().terminal();
    session.unfinished(this::stop);
  }

  private synchronized void stop() {
    if (!over) {
      fetching.interrupt();
    }
  }

  @Override
  public synchronized void came(String what, long done, long total) {
    if (!what.equals(name)) {
      name = what;
      tenth = 0;
    }
    long now = System.nanoTime();
    long parts = total > 0 ? done * 10 / total : 0;
    if (over || Math.max(done, total) < SMALL) {
      return;
    }
    if (live ? now - shown > PAUSE_NANOS : parts > tenth) {
      shown = now;
      tenth = parts;
      String all = total > 0 ? mebibytes(total) : "?";
      line.say(messages.text("fetch.progress", what, mebibytes(done), all));
    }
  }

  private static String mebibytes(long count) {
    return String.format(Locale.ROOT, "%.1f", count / (double) (1 << 20));
  }

  /** Clears the live line. */
  @Override
  public synchronized void close() {
    over = true;
    line.end();
  }
}
