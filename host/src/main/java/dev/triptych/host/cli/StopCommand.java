package dev.triptych.host.cli;

import dev.triptych.host.web.ServeFile;
import dev.triptych.host.works.CanonicalJson;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych stop}: ends the host that serves, once its jobs are over. */
@Command(name = "stop")
final class StopCommand implements Callable<Integer> {
  private static final int DRAIN_SECONDS = 60;
  private static final int CLOSE_SECONDS = 90; // a native call must return before Java ends
  private static final long POLL_MILLIS = 20;

  @ParentCommand private TriptychCommand program;

  @Option(names = "--now", descriptionKey = "option.now")
  private boolean now;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = program.session();
    Messages messages = session.messages();
    Optional<ServeFile> found = ServeClient.find(session.home());
    if (found.isEmpty()) {
      session.console().err().println("triptych: " + messages.text("stop.none"));
      return Main.FAILED;
    }
    ServeFile file = found.get();
    int seconds = now ? 0 : DRAIN_SECONDS;
    try (Socket socket = ServeClient.connect(file)) {
      var answer = ServeClient.ask(socket, file, "POST", "/api/stop", Map.of("seconds", seconds));
      if (answer.status() != 202) {
        throw new IOException("the host refuses");
      }
      int unfinished = Integer.parseInt(answer.whole().get("unfinished"));
      if (unfinished > 0 && !program.quiet()) {
        session.console().err().println(messages.text("stop.waits", unfinished));
      }
    } catch (IOException e) {
      session.console().err().println("triptych: " + messages.text("stop.mute", file.pid()));
      return Main.FAILED;
    }
    if (!gone(file, session, seconds + CLOSE_SECONDS)) {
      session.console().err().println("triptych: " + messages.text("stop.stays", file.pid()));
      return Main.FAILED;
    }
    session
        .console()
        .out()
        .println(
            json ? CanonicalJson.write(Map.of("stopped", file.pid())) : messages.text("stop.done"));
    return Main.OK;
  }

  /** Waits until the process is gone; if it is this one, until nobody finds the host any more. */
  private static boolean gone(ServeFile file, Session session, int seconds)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    boolean own = file.pid() == ProcessHandle.current().pid();
    while (own ? ServeFile.read(session.home().folder()).isPresent() : file.alive()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }
}
