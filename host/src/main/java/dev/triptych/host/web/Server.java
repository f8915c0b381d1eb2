package dev.triptych.host.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.triptych.host.Host;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A host's HTTP surface, while it is open. [any thread]
 *
 * <p>Bounds: so many connections, so many threads, so many bytes of headers and of body, so many
 * seconds for a request to arrive and for a client to read. A request that is at fault is answered
 * with {@code {"error": one sentence}} and changes nothing.
 */
public final class Server implements AutoCloseable {
  /**
   * Where to listen.
   *
   * @param host a name or an address; another than loopback needs a token
   * @param port 0 takes any that is free
   * @param token that others than this user's commands must say
   * @param build which program this is
   */
  public record Place(String host, int port, Optional<String> token, String build) {
    private static final int LEAST_TOKEN = 16;

    /**
     * Checks, before anything slow, that it may be listened on.
     *
     * @throws IllegalArgumentException if not
     */
    public void check() {
      address();
    }

    /**
     * Returns the address to listen on.
     *
     * @throws IllegalArgumentException if it is none, or open to others without a good token
     */
    InetSocketAddress address() {
      InetAddress address;
      try {
        address = InetAddress.getByName(host);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("there is no address " + host, e);
      }
      if (!address.isLoopbackAddress() && token.isEmpty()) {
        throw new IllegalArgumentException(
            host + " can be reached from outside: set TRIPTYCH_TOKEN, or token in config.json");
      }
      if (token.isPresent() && !token.get().matches("[!-~]{" + LEAST_TOKEN + ",512}")) {
        throw new IllegalArgumentException(
            "the token must have at least " + LEAST_TOKEN + " letters, digits or signs");
      }
      return new InetSocketAddress(address, port);
    }
  }

  private static final int THREADS = 64;
  private static final int CONNECTIONS = 128;
  private static final int REQUEST_SECONDS = 60;
  private static final int STALL_SECONDS = 30;
  private static final int MOST_DRAINED = 16 << 20;
  private static final Map<String, Integer> BOUNDS =
      Map.of(
          "sun.net.httpserver.maxReqTime",
          REQUEST_SECONDS,
          "sun.net.httpserver.maxReqHeaders",
          64,
          "sun.net.httpserver.maxReqHeaderSize",
          16 << 10,
          "sun.net.httpserver.idleInterval",
          30,
          "jdk.httpserver.maxConnections",
          CONNECTIONS);

  private final HttpServer http;
  private final ThreadPoolExecutor threads;
  private final Stalls stalls = new Stalls(STALL_SECONDS);
  private final Access access;
  private final ServeFile file;
  private final Path home;
  private final CommandLines lines;
  private final Surface surface;
  private final List<Route> routes;
  private final Consumer<String> told;
  private volatile boolean closing;

  private Server(Host host, Place place, CommandLines lines, Consumer<String> told)
      throws IOException {
    InetSocketAddress address = place.address();
    BOUNDS.forEach(
        (name, value) -> { // the JDK's server reads them when it is first used
          if (System.getProperty(name) == null) {
            System.setProperty(name, String.valueOf(value));
          }
        });
    this.home = host.home();
    this.lines = lines;
    this.told = told;
    try {
      this.http = HttpServer.create(address, CONNECTIONS);
    } catch (BindException e) {
      stalls.close();
      throw new IllegalArgumentException(
          "port "
              + place.port
              + " of "
              + place.host
              + " cannot be had ("
              + e.getMessage()
              + "): choose another with --port, or 0 for any",
          e);
    }
    this.file = ServeFile.ofThisProcess(place.host, http.getAddress().getPort(), place.build);
    this.access = new Access(http.getAddress(), place.host, file.secret(), place.token);
    this.surface = new Surface(host, lines, file);
    this.routes = surface.routes();
    this.threads =
        new ThreadPoolExecutor(
            THREADS, THREADS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Server::thread);
    threads.allowCoreThreadTimeOut(true);
    http.setExecutor(threads);
    http.createContext("/", this::answer);
  }

  /**
   * Opens the surface of a host.
   *
   * @param told what the user should know, a sentence each
   * @throws IllegalArgumentException if it cannot be opened there
   */
  public static Server open(Host host, Place place, CommandLines lines, Consumer<String> told)
      throws IOException {
    Server server = new Server(host, place, lines, told);
    server.surface.lost().forEach(one -> told.accept("not finished by the serve before: " + one));
    server.http.start();
    server.file.write(server.home);
    return server;
  }

  /** Returns how it is found. */
  public ServeFile file() {
    return file;
  }

  /** Waits until somebody asks it to stop, then lets what runs come to its end within bounds. */
  public void awaitStop() throws InterruptedException {
    long patience = surface.awaitStop();
    closing = true;
    surface.drain(patience);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "web");
    thread.setDaemon(true);
    thread.setContextClassLoader(Server.class.getClassLoader());
    return thread;
  }

  private void answer(HttpExchange exchange) {
    Call call = new Call(exchange, List.of(), stalls);
    try {
      handle(exchange);
    } catch (Refusal e) {
      refuse(exchange, call, e.status(), e);
    } catch (IllegalArgumentException e) {
      refuse(exchange, call, 400, e);
    } catch (CancellationException e) {
      refuse(exchange, call, 503, new IllegalArgumentException("the host is closing"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // one request is at fault, never the host
      refuse(exchange, call, 500, e);
    } finally {
      exchange.close();
    }
  }

  private void handle(HttpExchange exchange) throws Exception {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    TreeSet<String> methods = new TreeSet<>();
    Route route = null;
    List<String> parts = List.of();
    for (Route one : routes) {
      Optional<List<String>> matched = one.match(path == null ? "" : path);
      if (matched.isPresent()) {
        methods.add(one.method());
        if (one.method().equals(method)) {
          route = one;
          parts = matched.get();
        }
      }
    }
    Access.Level level = route == null ? Access.Level.KEY : route.level();
    access.check(exchange.getRequestHeaders(), level);
    if (methods.isEmpty()) {
      throw new Refusal(404, "there is nothing at this address; docs/serve.md says what there is");
    }
    if (route == null) {
      exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
      throw new Refusal(405, "here one says " + String.join(" or ", methods));
    }
    if (closing && !method.equals("GET") && level != Access.Level.SECRET
        || closing && path.equals("/api/command")) {
      throw new Refusal(503, "the host is closing");
    }
    route.handler().answer(new Call(exchange, parts, stalls));
  }

  /** Answers with a sentence, unless an answer was begun or nobody listens. */
  private void refuse(HttpExchange exchange, Call call, int status, Throwable why) {
    if (exchange.getResponseCode() != -1) {
      return;
    }
    Locale language = call.language();
    if (status == 401) {
      call.add("WWW-Authenticate", "Bearer");
    } else if (status == 429) {
      call.add("Retry-After", "5");
    }
    if (status == 413) {
      drain(exchange.getRequestBody());
    }
    try {
      String sentence =
          why instanceof Refusal refusal
              ? lines.sentence(new IllegalArgumentException(refusal.getMessage()), language)
              : lines.sentence(why, language);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("error", sentence);
      call.reply(status, json);
    } catch (IOException | RuntimeException gone) {
      if (status == 500) {
        told.accept(lines.sentence(why, Locale.ENGLISH));
      }
    }
  }

  /**
   * Reads on in a body that is too large: whoever still sends it would lose the refusal with the
   * connection. The JDK's own bound on this is that of whichever server was first in the process.
   */
  private static void drain(InputStream body) {
    byte[] buffer = new byte[1 << 16];
    try {
      for (int left = MOST_DRAINED, read = 0; left > 0 && read >= 0; left -= read) {
        read = body.read(buffer);
      }
    } catch (IOException e) {
      // it sends no more
    }
  }

  /** Takes the address away and cuts every connection. */
  @Override
  public void close() throws IOException {
    closing = true;
    file.remove(home);
    surface.drain(0);
    http.stop(0);
    threads.shutdown();
    stalls.close();
  }
}
