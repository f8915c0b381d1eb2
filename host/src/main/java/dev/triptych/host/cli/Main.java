package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.host.Home;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The program {@code triptych}.
 *
 * <p>Exit codes: 0 everything asked for was made; 1 a generator, or the program, failed; 2 the user
 * asked for what cannot be; 3 a plugin keeps Java's heap full, start the program again; 130 the
 * user said stop.
 */
public final class Main {
  /** Everything asked for was made. */
  public static final int OK = 0;

  /** A generator, or the program, failed. */
  public static final int FAILED = 1;

  /** The user asked for what cannot be. */
  public static final int MISTAKE = 2;

  /** Java's heap is full and does not recover: whoever started the program may start it again. */
  public static final int EXHAUSTED = 3;

  /** The user said stop. */
  public static final int STOPPED = 130;

  private Main() {}

  /** Runs the command line and ends the process. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    Console console =
        new Console(System.in, out, err, Boolean.getBoolean("triptych.terminal"), System.getenv());
    int exit = FAILED;
    Stop stop = new Stop();
    try {
      exit = run(console, stop, arguments);
    } catch (Throwable e) { // Felix' threads would keep the process alive for ever
      err.println("triptych: " + Failures.sentence(e));
    } finally {
      out.flush();
      stop.disarm();
      System.exit(exit);
    }
  }

  /** Runs one command line and returns the exit code. */
  static int run(Console console, Stop stop, String... arguments) {
    Home home;
    try {
      home = Home.of(console.environment());
    } catch (IllegalArgumentException | IOException e) {
      Messages messages = Messages.choose(console.environment(), Optional.empty());
      console.err().println("triptych: " + new Session(console, null, messages).say(e));
      return MISTAKE;
    }
    Messages messages = Messages.choose(console.environment(), home.language());
    try (Session session = new Session(console, home, messages)) {
      stop.arm(session);
      OptionalInt served = ServeClient.run(session, arguments);
      if (served.isPresent()) {
        return served.getAsInt();
      }
      TriptychCommand.needs(arguments).ifPresent(session::ignite);
      return execute(session, arguments);
    } catch (IOException e) {
      console.err().println("triptych: " + Failures.sentence(e, messages));
      return FAILED;
    }
  }

  /** Runs one command line in a session and returns the exit code. */
  static int execute(Session session, String... arguments) {
    Messages messages = session.messages();
    Console console = session.console();
    CommandLine program = TriptychCommand.line(session, arguments);
    program.setResourceBundle(messages.bundle());
    program.setOut(new java.io.PrintWriter(console.out(), true, UTF_8));
    program.setErr(new java.io.PrintWriter(console.err(), true, UTF_8));
    program.setParameterExceptionHandler((e, args) -> usage(e, session));
    program.setExecutionExceptionHandler((e, command, parsed) -> failed(e, parsed, session));
    return program.execute(arguments);
  }

  private static int usage(ParameterException e, Session session) {
    Messages messages = session.messages();
    session.console().err().println("triptych: " + session.say(Failures.usage(e, messages)));
    session
        .console()
        .err()
        .println(messages.text("see.help", e.getCommandLine().getCommandSpec().qualifiedName()));
    return MISTAKE;
  }

  private static int failed(Exception e, ParseResult parsed, Session session) {
    if (e instanceof CancellationException || e instanceof InterruptedException) {
      if (!session.stopped() && !session.shares()) { // who asked says it
        session.console().err().println(session.stopSentence());
      }
      return STOPPED;
    }
    session.console().err().println("triptych: " + session.say(e));
    TriptychCommand program = (TriptychCommand) parsed.commandSpec().root().userObject();
    if (program.verbose()) {
      e.printStackTrace(session.console().err());
    }
    return e instanceof IllegalArgumentException ? MISTAKE : FAILED;
  }
}
