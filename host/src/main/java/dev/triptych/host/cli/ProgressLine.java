package dev.triptych.host.cli;

import dev.triptych.host.jobs.JobListener;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * How jobs get on: one live line on a terminal, a line for each new phase in a pipe. [any thread]
 */
final class ProgressLine implements JobListener {
  private static final int WIDTH = 78;
  private static final long PAUSE_NANOS = 80_000_000;

  private final PrintStream err;
  private final boolean live;
  private final boolean quiet;
  private final UnaryOperator<String> language;
  private final Map<String, String> shown = new TreeMap<>();
  private final Map<String, String> phases = new TreeMap<>();
  private long last;

  /**
   * Shows progress.
   *
   * @param language says a phase in the user's language
   */
  ProgressLine(Console console, boolean quiet, UnaryOperator<String> language) {
    this.language = language;
    this.err = console.err();
    this.live = console.terminal();
    this.quiet = quiet;
  }

  @Override
  public synchronized void progress(String generator, double done, String english) {
    if (quiet) {
      return;
    }
    String phase = language.apply(english);
    boolean fresh = !phase.equals(phases.put(generator, phase));
    if (!live) {
      if (fresh) {
        err.println(generator + ": " + phase);
      }
      return;
    }
    String name = generator.substring(generator.lastIndexOf('.') + 1);
    shown.put(generator, name + " " + Math.round(done * 100) + "% " + phase);
    if (fresh || System.nanoTime() - last > PAUSE_NANOS) {
      last = System.nanoTime();
      err.print("\r\u001b[K" + cut(String.join("  ·  ", shown.values())));
      err.flush();
    }
  }

  /** Says what is being done outside of any job. */
  synchronized void say(String what) {
    if (quiet) {
      return;
    }
    err.print(live ? "\r\u001b[K" + cut(what) : what + System.lineSeparator());
    err.flush();
  }

  /** Says something that stays, also on a terminal. */
  synchronized void tell(String what) {
    if (!quiet) {
      err.println(what);
    }
  }

  /** Clears the live line, so that other lines can follow. */
  synchronized void end() {
    if (live && !quiet) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  /** Cuts a line to the width of a terminal, in which a Chinese character takes two columns. */
  private static String cut(String line) {
    StringBuilder out = new StringBuilder();
    int width = 0;
    for (int c : line.codePoints().toArray()) {
      width += c >= 0x1100 ? 2 : 1;
      if (width > WIDTH) {
        return out.append('…').toString();
      }
      out.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
    }
    return out.toString();
  }
}
