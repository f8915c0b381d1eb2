package dev.triptych.host.cli;

import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.web.CommandLines;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/**
 * The command line inside a host that is up: each command has a session of its own. [any thread]
 */
final class ServedCommands implements CommandLines {
  private final Home home;
  private final Host host;

  ServedCommands(Home home, Host host) {
    this.home = home;
    this.host = host;
  }

  @Override
  public Running begin(Wish wish, PrintStream out, PrintStream err, IntConsumer over) {
    Console console =
        new Console(
            new ByteArrayInputStream(wish.input()), out, err, wish.terminal(), wish.environment());
    Messages messages = Messages.of(wish.language());
    Session session = new Session(console, home, messages, wish.folder(), host);
    String[] arguments = wish.arguments().toArray(new String[0]);
    CountDownLatch done = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              int exit = Main.FAILED;
              try {
                exit = execute(session, arguments);
              } catch (Throwable e) { // a command that fails is its user's, never the host's
                err.println("triptych: " + session.say(e));
              } finally {
                over.accept(exit);
                done.countDown();
              }
            },
            "command");
    thread.setDaemon(true);
    thread.setContextClassLoader(ServedCommands.class.getClassLoader());
    thread.start();
    return new Running() {
      @Override
      public void cancel() {
        session.cancel();
      }

      @Override
      public void await() throws InterruptedException {
        done.await();
      }
    };
  }

  private static int execute(Session session, String... arguments) {
    if (TriptychCommand.servable(arguments)) {
      return Main.execute(session, arguments);
    }
    session.console().err().println("triptych: " + session.messages().text("serve.local"));
    return Main.MISTAKE;
  }

  @Override
  public String sentence(Throwable failure, Locale language) {
    return session(language).say(failure);
  }

  @Override
  public String prompt(String typed, Locale language) {
    try {
      return Prompts.read(typed, InputStream.nullInputStream(), Messages.of(language));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Session session(Locale language) {
    return new Session(null, home, Messages.of(language), home.folder(), host);
  }
}
