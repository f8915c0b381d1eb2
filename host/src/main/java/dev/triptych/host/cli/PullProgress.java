package dev.triptych.host.cli;

import dev.triptych.models.hub.HubException.Problem;
import dev.triptych.models.hub.HubName;
import dev.triptych.models.hub.PullListener;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How a pull gets on: a live line on a terminal, a line for each tenth in a pipe. [any thread] */
final class PullProgress implements PullListener {
  private static final long PAUSE_NANOS = 200_000_000;

  private final Messages messages;
  private final HubName model;
  private final ProgressLine line;
  private final boolean live;
  private List<String> files = List.of();
  private List<String> skipped = List.of();
  private long bytes;
  private long present;
  private long began = System.nanoTime();
  private long shown;
  private long tenth;

  PullProgress(Session session, HubName model, boolean quiet) {
    this.messages = session.messages();
    this.model = model;
    this.line = new ProgressLine(session.console(), quiet, session::say);
    this.live = session.console().terminal();
  }

  @Override
  public synchronized void planned(List<String> wanted, List<String> left, long total, long there) {
    files = wanted;
    skipped = left;
    bytes = total;
    present = there;
    began = System.nanoTime();
    tell(messages.text("pull.plan", model, wanted.size(), mebibytes(total), mebibytes(there)));
    if (!left.isEmpty()) {
      tell(messages.text("pull.skipped", left.size(), String.join(", ", left)));
    }
  }

  @Override
  public synchronized void progress(String file, long done, long total) {
    long now = System.nanoTime();
    long percent = total == 0 ? 100 : done * 100 / total;
    if (live ? now - shown > PAUSE_NANOS : percent / 10 > tenth) {
      shown = now;
      tenth = percent / 10;
      double seconds = Math.max(1e-3, (now - began) / 1e9);
      String speed = String.format(Locale.ROOT, "%.1f", (done - present) / seconds / (1 << 20));
      line.say(
          messages.text("pull.progress", percent, mebibytes(done), mebibytes(total), speed, file));
    }
  }

  @Override
  public synchronized void retrying(String file, Problem why, Duration pause) {
    String seconds = String.format(Locale.ROOT, "%.1f", pause.toMillis() / 1e3);
    tell(messages.text("pull.retry", file, messages.text("pull.why." + why), seconds));
  }

  /** Clears the live line. */
  void end() {
    line.end();
  }

  synchronized List<String> files() {
    return files;
  }

  synchronized List<String> skipped() {
    return skipped;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Says something that stays on the terminal. */
  private void tell(String what) {
    line.end();
    line.tell(what);
  }

  private static String mebibytes(long count) {
    return String.format(Locale.ROOT, "%.1f", count / (double) (1 << 20));
  }
}
