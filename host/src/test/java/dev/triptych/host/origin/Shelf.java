package dev.triptych.host.origin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.triptych.host.works.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of files, some of them behind a login, some of them in bad faith. */
public final class Shelf implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  public Shelf() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public String at(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  public Shelf put(String path, byte[] bytes) {
    files.put(path, bytes);
    return this;
  }

  /** Puts a file with its checksum, as repositories have them. */
  Shelf checked(String path, byte[] bytes) {
    put(path, bytes);
    return put(path + ".sha1", sha1(bytes).getBytes(UTF_8));
  }

  List<String> asked() {
    return asked;
  }

  private static String sha1(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    try (exchange) {
      if (path.startsWith("/private/") && !loggedIn(exchange)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"shelf\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (path.startsWith("/loop")) {
        lead(exchange, "/loop" + Digest.sha256(path.getBytes(UTF_8)).substring(0, 5));
      } else if (path.startsWith("/moved/")) {
        lead(exchange, path.substring("/moved".length()));
      } else if (path.startsWith("/astray")) {
        lead(exchange, "file:///etc/hostname");
      } else if (path.startsWith("/broken")) {
        exchange.sendResponseHeaders(500, -1);
      } else if (path.startsWith("/endless")) {
        exchange.sendResponseHeaders(200, 0);
        byte[] block = new byte[1 << 16];
        while (true) {
          exchange.getResponseBody().write(block); // until the other side leaves
        }
      } else if (path.startsWith("/huge")) {
        exchange.sendResponseHeaders(200, 1L << 40);
        exchange.getResponseBody().write(new byte[10]);
      } else if (path.startsWith("/cut")) {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write(new byte[10]);
      } else if (path.startsWith("/silent")) {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write(new byte[10]);
        exchange.getResponseBody().flush();
        Thread.sleep(3_000);
      } else if (files.containsKey(path)) {
        byte[] bytes = files.get(path);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head || bytes.length == 0 ? -1 : bytes.length);
        if (!head) {
          exchange.getResponseBody().write(bytes);
        }
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean loggedIn(HttpExchange exchange) {
    String said = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    return said.equals(
        "Basic " + Base64.getEncoder().encodeToString("reader:secret".getBytes(UTF_8)));
  }

  private static void lead(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
