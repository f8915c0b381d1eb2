package dev.triptych.host.cli;

import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.bundles.Inbox;
import dev.triptych.host.web.ServeFile;
import dev.triptych.host.web.Server;
import dev.triptych.host.works.CanonicalJson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych serve}: keeps the host up, for other commands and over HTTP. */
@Command(name = "serve")
final class ServeCommand implements Callable<Integer> {
  @ParentCommand private TriptychCommand program;

  @Option(names = "--port", paramLabel = "N", descriptionKey = "option.port")
  private String port = "7717";

  @Option(names = "--host", paramLabel = "ADDRESS", descriptionKey = "option.host")
  private String address = "127.0.0.1";

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = program.session();
    Home home = session.home();
    Server.Place place = place(session);
    place.check();
    session.whenStopped("serve.stopped");
    Files.createDirectories(home.folder());
    try (FileChannel channel =
            FileChannel.open(
                home.folder().resolve("serve.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = alone(channel, session)) {
      Host host = program.host();
      PrintStream err = session.console().err();
      Consumer<String> told = said -> err.println("triptych: " + session.say(said));
      ServedCommands commands = new ServedCommands(home, host);
      try (Server server = Server.open(host, place, commands, told);
          Inbox inbox = host.plugins().watch(home.folder().resolve("inbox"), told)) {
        session.unfinished(server);
        session.unfinished(inbox);
        tell(server.file(), session);
        server.awaitStop();
      }
      return Main.OK;
    }
  }

  private Server.Place place(Session session) throws IOException {
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(session.messages().text("serve.port", port));
    }
    Optional<String> said =
        Optional.ofNullable(session.console().environment().get("TRIPTYCH_TOKEN"))
            .filter(token -> !token.isBlank());
    return new Server.Place(
        address,
        Integer.parseInt(port),
        said.isPresent() ? said : session.home().token(),
        ServeClient.build(session.home()));
  }

  /** Locks out another host that serves the same home; the lock ends with the process. */
  private static FileLock alone(FileChannel channel, Session session) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // one in this process
    }
    if (lock == null) {
      Path home = session.home().folder();
      String where = ServeFile.read(home).map(ServeFile::address).orElse("?");
      throw new IllegalArgumentException(session.messages().text("serve.runs", home, where));
    }
    return lock;
  }

  private void tell(ServeFile file, Session session) {
    PrintStream out = session.console().out();
    if (json) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("address", file.address());
      row.put("pid", file.pid());
      row.put("port", file.port());
      out.println(CanonicalJson.write(row));
    } else {
      out.println(session.messages().text("serve.ready", file.address()));
    }
    out.flush();
  }
}
