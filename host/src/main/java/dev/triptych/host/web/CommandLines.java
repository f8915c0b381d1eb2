package dev.triptych.host.web;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/** The command line, as the web uses it: the same commands, run inside the host that is up. */
public interface CommandLines {
  /**
   * A command that another process was given.
   *
   * @param id by which it is cancelled
   * @param arguments as typed
   * @param folder the working folder, absolute: relative paths lie below it
   * @param language of its messages
   * @param terminal whether its errors go to a terminal
   * @param environment the variables that commands look at
   * @param input what it reads from standard input
   */
  record Wish(
      String id,
      List<String> arguments,
      Path folder,
      Locale language,
      boolean terminal,
      Map<String, String> environment,
      byte[] input) {}

  /** A command that runs. [any thread] */
  interface Running {
    /** Stops its jobs, and only its; it ends soon after. */
    void cancel();

    /** Waits until it is over. */
    void await() throws InterruptedException;
  }

  /**
   * Begins a command on a thread of its own.
   *
   * @param over told the exit code, last of all
   */
  Running begin(Wish wish, PrintStream out, PrintStream err, IntConsumer over);

  /** Returns one sentence on a failure. */
  String sentence(Throwable failure, Locale language);

  /**
   * Returns a prompt without white space around it.
   *
   * @throws IllegalArgumentException if it is none, worded for the user
   */
  String prompt(String typed, Locale language);
}
