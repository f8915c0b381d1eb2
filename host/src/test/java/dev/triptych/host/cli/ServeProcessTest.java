package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import dev.triptych.host.web.ServeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A host that serves in a process of its own, and what can happen to it. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ServeProcessTest {
  private static final int REQUESTS = 1000;
  private static final int REQUEST_SECONDS = 2;

  @TempDir private Path temp;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void bundles() throws IOException {
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    BundleJar.of("test.echo", Echo.class).write(bundles.resolve("echo.jar"));
    BundleJar.of("test.misbehaving", Misbehaving.class)
        .entry("models/words/words.txt", "ink")
        .write(bundles.resolve("bad.jar"));
    Files.writeString(temp.resolve("plan.json"), "{\"language\": \"en\"}");
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroy); // SIGTERM: native calls return before Java is left
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.add("-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"));
    command.add("-Dsun.net.httpserver.maxReqTime=" + REQUEST_SECONDS);
    command.add("-D" + Session.BUNDLES + "=" + temp.resolve("bundles"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TRIPTYCH_HOME", temp.resolve("home").toString());
    builder.environment().put("TRIPTYCH_LANG", "en");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Starts a host and returns the lines that it prints until it is ready, the last of JSON. */
  private List<String> serve() throws IOException {
    Process process = start("serve", "--port", "0", "--json");
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    List<String> lines = new ArrayList<>();
    while (lines.isEmpty() || !lines.get(lines.size() - 1).startsWith("{")) {
      String line = out.readLine();
      assertTrue(line != null, lines.toString());
      lines.add(line);
    }
    return lines;
  }

  private ServeFile file() {
    return ServeFile.read(temp.resolve("home")).orElseThrow();
  }

  private static String ask(ServeFile file, String method, String path) throws IOException {
    try (Socket socket = ServeClient.connect(file)) {
      var answer = ServeClient.ask(socket, file, method, path, Map.of());
      StringBuilder text = new StringBuilder();
      for (String line = answer.body().readLine(); line != null; line = answer.body().readLine()) {
        text.append(line).append('\n');
      }
      return text.toString();
    }
  }

  private String said(Process process, int exit) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
    assertEquals(exit, process.exitValue(), said);
    return said;
  }

  @Test
  void killedItIsNoticedAndWhatWasUnfinishedIsNamed() throws Exception {
    serve();
    ServeFile killed = file();
    Process client =
        start(
            "create",
            "a sea without end",
            "--plan",
            temp.resolve("plan.json").toString(),
            "--only",
            "misbehaving",
            "-p",
            "misbehaving:how=loop",
            "--out",
            temp.resolve("out").toString());
    JsonNode running = new ObjectMapper().readTree("[]");
    while (running.isEmpty()) {
      Thread.sleep(50);
      running = new ObjectMapper().readTree(ask(killed, "GET", "/api/running"));
    }
    started.get(0).destroyForcibly(); // SIGKILL, outside of any native call
    String told = said(client, Main.FAILED);
    assertTrue(told.contains("ended in the middle"), told);
    assertTrue(started.get(0).waitFor(30, TimeUnit.SECONDS));
    assertFalse(killed.alive());

    List<String> lines = serve();
    assertTrue(lines.get(0).contains("not finished by the serve before"), lines.toString());
    assertTrue(lines.get(0).contains("a sea without end"), lines.toString());
    assertTrue(ask(file(), "GET", "/api/jobs").contains("\"state\": \"lost\""));

    started.get(2).destroy(); // SIGTERM
    assertTrue(started.get(2).waitFor(60, TimeUnit.SECONDS));
    assertEquals(Main.STOPPED, started.get(2).exitValue());
    assertTrue(ServeFile.read(temp.resolve("home")).isEmpty());
  }

  @Test
  void hostileRequestsAreRefusedAndChangeNothing() throws Exception {
    serve();
    ServeFile file = file();
    String plugins = ask(file, "GET", "/api/plugins");
    Set<Path> before = files();
    Random random = new Random(11);
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 60; i++) { // slow ones hold no thread for ever
      Socket one = ServeClient.connect(file);
      one.getOutputStream().write("POST /api/jobs HTTP/1.1\r\nHost: loc".getBytes(UTF_8));
      slow.add(one);
    }
    int answered = 0;
    for (int i = 0; i < REQUESTS; i++) {
      String answer = send(file, hostile(file, random));
      assertFalse(answer.contains("\tat "), answer);
      boolean javas = answer.contains("<h1>"); // what is no HTTP never reaches our code
      assertTrue(javas || !answer.contains("Exception"), answer);
      if (!answer.isEmpty()) {
        assertTrue(answer.matches("(?s)HTTP/1.1 [45]\\d\\d .*"), answer);
        assertFalse(answer.startsWith("HTTP/1.1 500"), answer);
        answered++;
      }
    }
    assertTrue(answered > REQUESTS / 2, answered + " answers");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5L + REQUEST_SECONDS);
    for (Socket one : slow) {
      one.setSoTimeout(Math.max(1, (int) ((end - System.nanoTime()) / 1_000_000)));
      assertTrue(closed(one), "a slow request is still open");
      one.close();
    }
    assertEquals(plugins, ask(file, "GET", "/api/plugins"));
    assertEquals(before, files());
    JsonNode jobs = new ObjectMapper().readTree(ask(file, "GET", "/api/jobs"));
    assertEquals(0, jobs.size(), jobs.toString());
    String stopped = said(start("stop", "--now"), Main.OK);
    assertTrue(stopped.contains("stopped serving"), stopped);
    assertTrue(started.get(0).waitFor(30, TimeUnit.SECONDS));
    assertEquals(Main.OK, started.get(0).exitValue());
  }

  private static boolean closed(Socket socket) {
    try {
      socket.getInputStream().readAllBytes(); // nothing, or a refusal, and the end
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  /** Returns the files of the home, without those that every answer may touch. */
  private Set<Path> files() throws IOException {
    try (var all = Files.walk(temp.resolve("home"))) {
      Set<Path> found = new HashSet<>();
      all.filter(one -> !one.toString().matches(".*/(natives|works|prefs|felix.*)(/.*)?"))
          .filter(Files::isRegularFile)
          .forEach(found::add);
      return found;
    }
  }

  /** A good request with something wrong: of these, none may be carried out. */
  private static byte[] hostile(ServeFile file, Random random) {
    String host = file.address().substring("http://".length());
    String key = "Authorization: Bearer " + file.secret();
    String body = "{\"generator\": \"echo\", \"prompt\": \"sea\", \"plan\": {}, \"seed\": 1}";
    String path = "/api/jobs";
    String type = "application/json";
    String method = "POST";
    String more = "";
    String length = null;
    switch (random.nextInt(14)) {
      case 0 -> body = body.substring(0, random.nextInt(body.length()));
      case 1 -> body = mutate(body, random);
      case 2 -> body = "[".repeat(1 + random.nextInt(100_000));
      case 3 -> body = "{\"generator\": \"echo\", \"prompt\": \"" + "x".repeat(3000) + "\"}";
      case 4 ->
          key = "Authorization: " + List.of("Basic eA==", "Bearer", "Bearer x").get(i3(random));
      case 5 -> host = List.of("evil.example", "127.0.0.1", "localhost:1").get(i3(random));
      case 6 ->
          more = "Origin: " + List.of("null", "http://a.b", "https://" + host).get(i3(random));
      case 7 -> type = List.of("text/plain", "multipart/form-data; boundary=x", "").get(i3(random));
      case 8 ->
          path =
              List.of("/api/works/../../serve.json", "/%2e%2e/x", "/api/jobs/" + "a/".repeat(50))
                  .get(i3(random));
      case 9 -> method = List.of("TRACE", "PATCH", "CONNECT").get(i3(random));
      case 10 -> more = "X-Long: " + "x".repeat(20_000 + random.nextInt(20_000));
      case 11 -> length = List.of("-1", "99999999999", "4x").get(i3(random));
      case 12 -> more = "Host: " + host + "\r\nHost: evil.example";
      default -> {
        path = "/api/plugins?name=" + List.of("a.jar", "..%2fa.jar", "%00.jar").get(i3(random));
        type = "application/java-archive";
      }
    }
    String head =
        String.join(
            "\r\n",
            method + " " + path + " HTTP/1.1",
            "Host: " + host,
            key,
            "Content-Type: " + type,
            "Connection: close",
            "Content-Length: " + (length == null ? body.getBytes(UTF_8).length : length));
    byte[] all = (head + (more.isEmpty() ? "" : "\r\n" + more) + "\r\n\r\n" + body).getBytes(UTF_8);
    return random.nextInt(8) == 0 ? Arrays.copyOf(all, random.nextInt(head.length())) : all;
  }

  private static int i3(Random random) {
    return random.nextInt(3);
  }

  /** Changes a body so that it is surely no order: no JSON, or a field that nobody knows. */
  private static String mutate(String body, Random random) {
    int at = random.nextInt(body.length());
    return switch (random.nextInt(3)) {
      case 0 -> body.substring(0, at) + "\u0000\"" + body.substring(at);
      case 1 -> body.replace("prompt", "pr" + random.nextInt(100));
      default -> body.replace("echo", "nobody\\u0000" + random.nextInt(100));
    };
  }

  /** Sends bytes and their end, and returns what is answered. */
  private static String send(ServeFile file, byte[] request) {
    StringBuilder answer = new StringBuilder();
    try (Socket socket = ServeClient.connect(file)) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
      } catch (IOException e) {
        // it was refused before it was sent whole
      }
      byte[] buffer = new byte[8192];
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        answer.append(new String(buffer, 0, n, UTF_8));
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("no answer to " + new String(request, UTF_8), e);
    } catch (IOException e) {
      // cut: what came before stands
    }
    return answer.toString();
  }
}
