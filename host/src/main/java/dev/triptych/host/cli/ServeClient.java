package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.host.Home;
import dev.triptych.host.web.ServeFile;
import dev.triptych.host.works.CanonicalJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A command that is run by the host that is up, if one is: its arguments go there, what it prints
 * comes back.
 *
 * <p>It speaks HTTP over a plain socket: this process lives for a moment, and Java's HTTP client
 * would take longer to load than that.
 */
final class ServeClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int SILENCE_MILLIS = 60_000; // of a host that beats twice a second
  private static final int MOST_INPUT = (1 << 20) + 8; // more than any command takes
  private static final long PATIENCE_SECONDS = 15;

  private final Session session;
  private final ServeFile file;
  private final String id = UUID.randomUUID().toString().replace("-", "");
  private final CountDownLatch over = new CountDownLatch(1);

  private ServeClient(Session session, ServeFile file) {
    this.session = session;
    this.file = file;
  }

  /** An answer: its status, and what follows. */
  record Answer(int status, BufferedReader body) {
    /** Returns all that follows as the fields of one flat object. */
    Map<String, String> whole() throws IOException {
      StringBuilder text = new StringBuilder();
      for (String line = body.readLine(); line != null; line = body.readLine()) {
        text.append(line).append('\n');
      }
      return ServeFile.fields(text.toString());
    }

    /** Returns the fields of the next line; null at the end. */
    Map<String, String> line() throws IOException {
      String line = body.readLine();
      return line == null ? null : ServeFile.fields(line);
    }
  }

  /** Returns which program this is, and which hub cache it reads: a host must have the same. */
  static String build(Home home) throws IOException {
    long time = 0;
    try {
      URI place = Main.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      time = Path.of(place).toFile().lastModified();
    } catch (java.net.URISyntaxException e) {
      // not from a file: only the version tells
    }
    return Version.number() + " " + time + " " + home.hubCache();
  }

  /** Returns the host of this home that is up, if there is one. */
  static Optional<ServeFile> find(Home home) {
    return ServeFile.read(home.folder()).filter(ServeFile::alive);
  }

  /** Runs a command in the host that is up; empty if this process must do it alone. */
  static OptionalInt run(Session session, String... arguments) throws IOException {
    if (!TriptychCommand.servable(arguments) || namesFolder(arguments)) {
      return OptionalInt.empty();
    }
    Optional<ServeFile> file = find(session.home());
    if (file.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!file.get().build().equals(build(session.home()))) {
      session.console().err().println("triptych: " + session.messages().text("serve.other"));
      return OptionalInt.empty();
    }
    return new ServeClient(session, file.get()).run(arguments);
  }

  /**
   * Returns whether a value names a folder below the working folder. Plugins open such folders
   * themselves, and the record of a work keeps the name as typed: only this process can do that.
   */
  private static boolean namesFolder(String... arguments) {
    for (String one : arguments) {
      int equals = one.indexOf('=');
      String value = one.substring(equals + 1);
      if (equals > 0 && !one.startsWith("--") && !value.isBlank()) {
        java.io.File named = new java.io.File(value);
        if (!named.isAbsolute() && named.isDirectory()) {
          return true;
        }
      }
    }
    return false;
  }

  private OptionalInt run(String... arguments) throws IOException {
    Map<String, Object> wish = new HashMap<>();
    wish.put("id", id);
    wish.put("arguments", List.of(arguments));
    wish.put("folder", Path.of("").toAbsolutePath().toString());
    wish.put("language", session.messages().locale().getLanguage());
    wish.put("terminal", session.console().terminal());
    wish.put("environment", environment());
    if (List.of(arguments).contains("-")) {
      byte[] input = session.console().in().readNBytes(MOST_INPUT);
      wish.put("input", Base64.getEncoder().encodeToString(input));
    }
    boolean begun = false;
    try (Socket socket = connect(file)) {
      Answer answer = ask(socket, file, "POST", "/api/command", wish);
      if (answer.status == 429 || answer.status == 400) {
        session.console().err().println("triptych: " + answer.whole().get("error"));
        return OptionalInt.of(answer.status == 400 ? Main.MISTAKE : Main.FAILED);
      }
      Map<String, String> first = answer.status == 200 ? answer.line() : null;
      if (first == null || !String.valueOf(file.pid()).equals(first.get("serve"))) {
        return alone(wish); // it is closing, or another program has its port
      }
      begun = true;
      session.unfinished(this);
      return OptionalInt.of(relay(answer));
    } catch (IOException e) {
      if (!begun) {
        return alone(wish);
      }
      session.console().err().println("triptych: " + session.messages().text("serve.ended"));
      return OptionalInt.of(Main.FAILED);
    } finally {
      over.countDown();
    }
  }

  /** Returns that this process does it, with what was read of standard input. */
  private OptionalInt alone(Map<String, Object> wish) {
    if (wish.get("input") instanceof String input) {
      session.reread(Base64.getDecoder().decode(input));
    }
    return OptionalInt.empty();
  }

  /** Prints what comes until the exit code does. */
  private int relay(Answer answer) throws IOException {
    PrintStream out = session.console().out();
    PrintStream err = session.console().err();
    while (true) {
      Map<String, String> line = answer.line();
      if (line == null) {
        throw new IOException("the host ended");
      }
      out.print(line.getOrDefault("out", ""));
      out.flush();
      err.print(line.getOrDefault("err", ""));
      err.flush();
      if (line.containsKey("exit")) {
        int exit = Integer.parseInt(line.get("exit"));
        if (exit == Main.STOPPED && !session.stopped()) {
          err.println(session.stopSentence());
        }
        return exit;
      }
    }
  }

  /** Cancels the command and waits until the host says that it is over. [hook thread] */
  @Override
  public void close() throws IOException, InterruptedException {
    if (over.getCount() > 0) {
      try (Socket socket = connect(file)) {
        ask(socket, file, "DELETE", "/api/command/" + id, Map.of());
      }
      over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private Map<String, String> environment() {
    Map<String, String> passed = new HashMap<>();
    session
        .console()
        .environment()
        .forEach(
            (name, value) -> {
              String upper = name.toUpperCase(Locale.ROOT);
              if (upper.startsWith("HF_")
                  || upper.endsWith("_PROXY")
                  || Set.of("MAVEN_HOME", "PATH").contains(upper)) { // where Maven's settings lie
                passed.put(name, value);
              }
            });
    return passed;
  }

  /** Connects to a host. */
  static Socket connect(ServeFile file) throws IOException {
    Socket socket = new Socket(Proxy.NO_PROXY);
    try {
      URI address = URI.create(file.address());
      String host = address.getHost().replaceAll("[\\[\\]]", "");
      socket.connect(new InetSocketAddress(host, address.getPort()), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(SILENCE_MILLIS);
      return socket;
    } catch (IOException | IllegalArgumentException e) {
      socket.close();
      throw new IOException("the host does not answer", e);
    }
  }

  /** Asks a host, with its secret. */
  static Answer ask(Socket socket, ServeFile file, String method, String path, Object json)
      throws IOException {
    byte[] body = CanonicalJson.write(json).getBytes(UTF_8);
    String head =
        String.join(
            "\r\n",
            method + " " + path + " HTTP/1.0", // so that the answer is not cut in chunks
            "Host: " + file.address().substring("http://".length()),
            "Authorization: Bearer " + file.secret(),
            "Content-Type: application/json",
            "Content-Length: " + body.length,
            "",
            "");
    byte[] start = head.getBytes(UTF_8);
    byte[] all = new byte[start.length + body.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    socket.getOutputStream().write(all);
    BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    String status = in.readLine();
    if (status == null || !status.matches("HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("this is no host");
    }
    for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
      line = in.readLine();
    }
    return new Answer(Integer.parseInt(status.substring(9, 12)), in);
  }
}
