package dev.triptych.models.hub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A hub with one model on a socket of this machine, which answers as the real one does until it is
 * told to fail.
 */
final class FaultyHub implements AutoCloseable {
  static final String REPO = "tiny/writer";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** What came in. */
  record Request(String method, String path, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /** Answers a request badly. */
  interface Fault {
    void answer(Request request, OutputStream out) throws Exception;
  }

  final Map<String, byte[]> files = new LinkedHashMap<>();
  final List<Request> log = new CopyOnWriteArrayList<>();
  final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();

  /** The address of the host to which large files are redirected; none if null. */
  volatile String storage;

  /** What the list of files says in place of the truth; the truth if null. */
  volatile String listing;

  private final ServerSocket socket;

  FaultyHub() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "faulty-hub");
    thread.setDaemon(true);
    thread.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** Fails the next requests of a method for a file ("" for the list), one fault each. */
  void fail(String method, String file, Fault... next) {
    Deque<Fault> queue = faults.computeIfAbsent(method + " " + file, key -> new ArrayDeque<>());
    synchronized (queue) {
      queue.addAll(List.of(next));
    }
  }

  List<Request> gets(String file) {
    return log.stream()
        .filter(one -> one.method.equals("GET") && one.path.endsWith("/" + file))
        .toList();
  }

  static boolean large(String name) {
    return name.endsWith(".safetensors") || name.endsWith(".bin");
  }

  static String digest(String name, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(large(name) ? "SHA-256" : "SHA-1");
      if (!large(name)) {
        digest.update(("blob " + bytes.length + "\0").getBytes(UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String listing() {
    if (listing != null) {
      return listing;
    }
    ObjectNode root = new JsonMapper().createObjectNode().put("id", REPO).put("sha", COMMIT);
    var siblings = root.putArray("siblings");
    files.forEach(
        (name, bytes) -> {
          ObjectNode one = siblings.addObject().put("rfilename", name).put("size", bytes.length);
          if (large(name)) {
            one.put("blobId", "f".repeat(40));
            one.putObject("lfs").put("sha256", digest(name, bytes)).put("size", bytes.length);
          } else {
            one.put("blobId", digest(name, bytes));
          }
        });
    return root.toString();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket one = socket.accept();
        Thread thread = new Thread(() -> serve(one), "faulty-hub-request");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
      String[] line = in.readLine().split(" ");
      Map<String, String> headers = new TreeMap<>();
      for (String one = in.readLine(); !one.isEmpty(); one = in.readLine()) {
        int colon = one.indexOf(':');
        headers.put(one.substring(0, colon).toLowerCase(Locale.ROOT), one.substring(colon + 2));
      }
      Request request = new Request(line[0], URLDecoder.decode(line[1], UTF_8), headers);
      log.add(request);
      Fault fault = fault(request);
      OutputStream out = connection.getOutputStream();
      if (fault != null) {
        fault.answer(request, out);
      } else {
        answer(request, out);
      }
      out.flush();
    } catch (Exception e) {
      // the client went away, or the fault was to fail
    }
  }

  private Fault fault(Request request) {
    String file =
        request.path.startsWith("/api/")
            ? ""
            : request.path.replaceFirst(".*(/resolve/[^/]+|/storage)/", "");
    Deque<Fault> queue = faults.get(request.method + " " + file);
    if (queue == null) {
      return null;
    }
    synchronized (queue) {
      return queue.poll();
    }
  }

  /** Answers truly. */
  void answer(Request request, OutputStream out) throws IOException {
    String revision = "/api/models/" + REPO + "/revision/";
    if (request.path.equals("/api/models/" + REPO)) {
      head(out, 200, "Content-Length: 2");
      out.write("{}".getBytes(UTF_8));
    } else if (request.path.equals(revision + "main?blobs=true")
        || request.path.equals(revision + COMMIT + "?blobs=true")) {
      byte[] body = listing().getBytes(UTF_8);
      head(out, 200, "Content-Type: application/json", "Content-Length: " + body.length);
      out.write(body);
    } else {
      String route = "/" + REPO + "/resolve/" + COMMIT + "/";
      boolean stored = request.path.startsWith("/storage/");
      String name =
          request.path.substring(stored ? 9 : Math.min(route.length(), request.path.length()));
      byte[] bytes = stored || request.path.startsWith(route) ? files.get(name) : null;
      if (bytes == null) {
        head(out, 404, "Content-Length: 0");
      } else {
        file(request, name, bytes, stored, out);
      }
    }
  }

  private void file(Request request, String name, byte[] bytes, boolean stored, OutputStream out)
      throws IOException {
    List<String> headers = new ArrayList<>(List.of("Accept-Ranges: bytes"));
    if (!stored) {
      headers.add("X-Repo-Commit: " + COMMIT);
    }
    if (!stored && large(name) && storage != null) {
      headers.add("X-Linked-Etag: \"" + digest(name, bytes) + "\"");
      headers.add("X-Linked-Size: " + bytes.length);
      headers.add("Location: " + storage + "/storage/" + name);
      headers.add("Content-Length: 0");
      head(out, 302, headers.toArray(String[]::new));
      return;
    }
    headers.add("ETag: \"" + digest(name, bytes) + "\"");
    int from = from(request).orElse(0);
    if (from >= bytes.length && from > 0) {
      head(out, 416, "Content-Range: bytes */" + bytes.length, "Content-Length: 0");
      return;
    }
    if (from > 0) {
      headers.add("Content-Range: bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    headers.add("Content-Length: " + (bytes.length - from));
    head(out, from > 0 ? 206 : 200, headers.toArray(String[]::new));
    if (!request.method.equals("HEAD")) {
      out.write(bytes, from, bytes.length - from);
    }
  }

  static Optional<Integer> from(Request request) {
    String range = request.header("Range");
    return range.isEmpty()
        ? Optional.empty()
        : Optional.of(Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")));
  }

  static void head(OutputStream out, int status, String... headers) throws IOException {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " x\r\nConnection: close\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    out.write(text.append("\r\n").toString().getBytes(ISO_8859_1));
    out.flush();
  }

  /** Answers with a status and nothing else. */
  static Fault status(int status, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: 0");
    return (request, out) -> head(out, status, all.toArray(String[]::new));
  }

  /** Sends the right head and so many bytes from where it was asked, then cuts the connection. */
  Fault cutAfter(String name, int count) {
    return (request, out) -> {
      byte[] bytes = files.get(name);
      int from = from(request).orElse(0);
      head(
          out,
          from > 0 ? 206 : 200,
          "Content-Range: bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length,
          "Content-Length: " + (bytes.length - from));
      out.write(bytes, from, Math.min(count, bytes.length - from));
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
