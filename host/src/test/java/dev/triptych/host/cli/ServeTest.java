package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import dev.triptych.host.web.ServeFile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A host that serves in this process, as commands and programs meet it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServeTest {
  private static final String TOKEN = "a-token-of-the-tests";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path temp;
  private static Path home;
  private static Path plan;
  private static CompletableFuture<Integer> serving;
  private static ServeFile file;

  @BeforeAll
  static void serve() throws Exception {
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    BundleJar.of("test.echo", Echo.class).write(bundles.resolve("echo.jar"));
    BundleJar.of("test.misbehaving", Misbehaving.class)
        .entry("models/words/words.txt", "ink")
        .write(bundles.resolve("bad.jar"));
    System.setProperty(Session.BUNDLES, bundles.toString());
    plan = Files.writeString(temp.resolve("plan.json"), "{\"language\": \"en\"}");
    home = temp.resolve("home");
    serving = begin();
  }

  private static CompletableFuture<Integer> begin() throws Exception {
    CompletableFuture<Integer> over =
        CompletableFuture.supplyAsync(() -> run("serve", "--port", "0", "--json").exit());
    while (ServeFile.read(home).isEmpty() && !over.isDone()) {
      Thread.sleep(10);
    }
    assertFalse(over.isDone(), "serve ended");
    file = ServeFile.read(home).orElseThrow();
    return over;
  }

  @AfterAll
  static void stop() throws Exception {
    if (!serving.isDone()) {
      assertEquals(Main.OK, run("stop", "--now").exit());
    }
    assertEquals(Main.OK, serving.get(30, TimeUnit.SECONDS));
  }

  private static Run run(String... arguments) {
    return piped("", arguments);
  }

  private static Run piped(String in, String... arguments) {
    return Run.of(
        Map.of("TRIPTYCH_HOME", home.toString(), "TRIPTYCH_LANG", "en", "TRIPTYCH_TOKEN", TOKEN),
        in.getBytes(UTF_8),
        arguments);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(file.address() + path))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String json) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<String> response = send(request(path));
    assertEquals(200, response.statusCode(), response.body());
    return JSON.readTree(response.body());
  }

  private static void refused(int status, String part, HttpRequest.Builder request)
      throws Exception {
    HttpResponse<String> response = send(request);
    assertEquals(status, response.statusCode(), response.body());
    JsonNode json = JSON.readTree(response.body());
    assertEquals(1, json.size());
    assertTrue(json.get("error").textValue().contains(part), response.body());
  }

  private static JsonNode over(String id) throws Exception {
    while (true) {
      JsonNode job = get("/api/jobs/" + id);
      if (!job.get("state").textValue().matches("planning|running")) {
        return job;
      }
      Thread.sleep(20);
    }
  }

  private static String[] create(String out, String prompt, String... more) {
    List<String> words = new ArrayList<>(List.of("create", prompt, "--plan", plan.toString()));
    words.addAll(List.of("--out", temp.resolve(out).toString(), "--seed", "7"));
    words.addAll(List.of(more));
    return words.toArray(new String[0]);
  }

  /** Asks for a command as a process in another folder would, and returns what came back. */
  private static Socket command(String id, Path folder, String... arguments) throws IOException {
    Map<String, Object> wish = new HashMap<>();
    wish.put("id", id);
    wish.put("arguments", List.of(arguments));
    wish.put("folder", folder.toString());
    wish.put("language", "en");
    Socket socket = ServeClient.connect(file);
    ServeClient.ask(socket, file, "POST", "/api/command", wish);
    return socket;
  }

  @Test
  @Order(1)
  void theFileIsForItsOwnerAlone() throws Exception {
    Path path = home.resolve("serve.json");
    if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
      assertEquals(2, Files.getPosixFilePermissions(path).size());
    }
    assertTrue(file.alive());
  }

  @Test
  @Order(2)
  void aSecondServeIsRefused() {
    Run second = run("serve", "--port", "0");
    assertEquals(Main.MISTAKE, second.exit(), second.err());
    assertTrue(second.err().contains("runs already"), second.err());
  }

  @Test
  @Order(3)
  void relativePathsLieBelowTheClientsFolder() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("else/where"));
    Files.writeString(folder.resolve("begin.txt"), "once");
    Files.writeString(folder.resolve("a-plan.json"), "{\"language\": \"en\"}");
    try (Socket socket =
        command(
            "aaaaaaaa",
            folder,
            "create",
            "sea",
            "--plan",
            "a-plan.json",
            "--only",
            "echo",
            "--out",
            "made",
            "-p",
            "echo:source=begin.txt")) {
      String said = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(said.endsWith("{\"exit\":0}\n"), said);
      assertTrue(said.contains("\"made/echo.txt\\n\""), said);
    }
    assertTrue(Files.exists(folder.resolve("made/echo.txt")));
    try (Socket socket =
        command("aaaaaaab", folder, "create", "sea", "--plan", "a-plan.json", "--only", "echo")) {
      socket.getInputStream().readAllBytes();
    }
    try (Stream<Path> works = Files.list(folder.resolve("works"))) {
      assertEquals(1, works.count());
    }
  }

  @Test
  @Order(4)
  void standardInputAndMistakesTravel() {
    Run piped = piped("the tide\n", create("piped", "-", "--only", "echo"));
    assertEquals(Main.OK, piped.exit(), piped.err());
    assertTrue(piped.out().contains("the tide 7"), piped.out());
    Run mistake = run(create("mistake", "sea", "--only", "opera"));
    assertEquals(Main.MISTAKE, mistake.exit(), mistake.err());
    assertTrue(mistake.err().contains("there is no generator opera"), mistake.err());
    Run usage = run("create", "sea", "--sead", "7");
    assertEquals(Main.MISTAKE, usage.exit());
    assertTrue(usage.err().contains("--seed"), usage.err());
  }

  @Test
  @Order(5)
  void severalClientsAtOnce() throws Exception {
    List<CompletableFuture<Run>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String[] words = create("many" + i, "wave " + i, "--only", "echo");
      all.add(CompletableFuture.supplyAsync(() -> run(words)));
    }
    for (int i = 0; i < 8; i++) {
      Run one = all.get(i).get(30, TimeUnit.SECONDS);
      assertEquals(Main.OK, one.exit(), one.err());
      assertTrue(one.out().startsWith("wave " + i + " 7"), one.out());
    }
  }

  @Test
  @Order(6)
  void whoGoesTakesItsJobsAndNoOthers() throws Exception {
    String[] loop = {
      "create",
      "sea",
      "--plan",
      plan.toString(),
      "--only",
      "misbehaving",
      "-p",
      "misbehaving:how=loop"
    };
    try (Socket asked = command("bbbbbbbb", temp, loop);
        Socket left = command("cccccccc", temp, loop)) {
      awaitUnfinished(2);
      left.close();
      awaitUnfinished(1);
      try (Socket cancel = ServeClient.connect(file)) {
        var answer = ServeClient.ask(cancel, file, "DELETE", "/api/command/bbbbbbbb", Map.of());
        assertEquals(202, answer.status());
      }
      String said = new String(asked.getInputStream().readAllBytes(), UTF_8);
      assertTrue(said.endsWith("{\"exit\":130}\n"), said);
    }
    awaitUnfinished(0);
    try (Stream<Path> works = Files.list(temp.resolve("works"))) {
      assertEquals(0, works.count(), "nothing half-made is left");
    }
  }

  private static void awaitUnfinished(int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (get("/api/version").get("unfinished").intValue() != count) {
      assertTrue(System.nanoTime() < end, "still " + get("/api/version"));
      Thread.sleep(20);
    }
  }

  @Test
  @Order(7)
  void jobsAreMadeAndTheirWorksFetched() throws Exception {
    HttpResponse<String> begun =
        post(
            "/api/jobs",
            "{\"generator\": \"echo\", \"prompt\": \"sea\", \"seed\": 7, \"plan\": {},"
                + " \"values\": {\"lines\": 1}}");
    assertEquals(202, begun.statusCode(), begun.body());
    String id = JSON.readTree(begun.body()).get("id").textValue();
    assertEquals("/api/jobs/" + id, begun.headers().firstValue("Location").orElse(""));
    JsonNode job = over(id);
    assertEquals("done", job.get("state").textValue(), job.toString());
    JsonNode work = job.at("/parts/0/works/0");
    String work1 = work.get("id").textValue();
    assertEquals("sea 7\n", send(request("/api/works/" + work1 + "/bytes")).body());
    assertEquals("1", get("/api/works/" + work1).at("/lineage/request/values/lines").textValue());
    assertEquals(work1, get("/api/works?limit=1").get(0).get("id").textValue());
    HttpResponse<String> events = send(request("/api/jobs/" + id + "/events"));
    assertTrue(events.body().startsWith("event: over\ndata: {"), events.body());

    HttpResponse<String> three =
        post(
            "/api/triptychs",
            "{\"prompt\": \"sea\", \"plan\": {}, \"only\": [\"echo\", \"misbehaving\"],"
                + " \"values\": {\"test.misbehaving\": {\"how\": \"loop\"},"
                + " \"test.echo\": {\"source\": \""
                + work1
                + "\"}}}");
    assertEquals(202, three.statusCode(), three.body());
    String looping = JSON.readTree(three.body()).get("id").textValue();
    HttpResponse<Stream<String>> stream =
        HttpClient.newHttpClient()
            .send(request("/api/jobs/" + looping + "/events").build(), BodyHandlers.ofLines());
    try (Stream<String> told = stream.body()) {
      assertTrue(told.anyMatch(line -> line.contains("\"phase\":\"looping\"")));
    }
    assertEquals(202, send(request("/api/jobs/" + looping).DELETE()).statusCode());
    JsonNode ended = over(looping);
    assertEquals("cancelled", ended.get("state").textValue(), ended.toString());
    refused(409, "over", request("/api/jobs/" + looping).DELETE());
  }

  @Test
  @Order(8)
  void theRestIsWhatTheCommandsSay() throws Exception {
    assertEquals("test.echo", get("/api/generators").get(0).get("id").textValue());
    assertEquals(2, get("/api/plugins").size());
    assertTrue(get("/api/models").isArray());
    Path jar = BundleJar.of("test.third", Echo.class).write(temp.resolve("third.jar"));
    refused(
        400,
        "taken",
        request("/api/plugins?name=third.jar&allowUnsigned=true")
            .header("Content-Type", "application/java-archive")
            .POST(BodyPublishers.ofFile(jar)));
    assertEquals(2, get("/api/plugins").size());
    Path newer =
        BundleJar.of("test.echo", Echo.class).version("2.0.0").write(temp.resolve("newer.jar"));
    HttpResponse<String> installed =
        send(
            request("/api/plugins?name=newer.jar&allowUnsigned=true")
                .header("Content-Type", "application/java-archive")
                .POST(BodyPublishers.ofFile(newer)));
    assertEquals(200, installed.statusCode(), installed.body());
    assertTrue(get("/api/plugins").toString().contains("2.0.0"));
    assertTrue(get("/api/plugins").toString().contains("\"upload:newer.jar\""));
    assertEquals(200, send(request("/api/plugins/test.echo").DELETE()).statusCode());
    assertFalse(get("/api/plugins").toString().contains("2.0.0"));
    try (Stream<Path> left = Files.list(home)) {
      assertEquals(0, left.filter(one -> one.toString().contains("new-")).count());
    }
  }

  @Test
  @Order(9)
  void whoMayNotAskIsRefused() throws Exception {
    refused(401, "Bearer", HttpRequest.newBuilder(URI.create(file.address() + "/api/jobs")));
    refused(
        401, "Bearer", request("/api/jobs").setHeader("Authorization", "Bearer " + TOKEN + "x"));
    refused(403, "origin", request("/api/jobs").header("Origin", "http://evil.example"));
    refused(403, "origin", request("/api/jobs").header("Origin", "null"));
    refused(403, "origin", request("/api/jobs").header("Sec-Fetch-Site", "cross-site"));
    assertEquals(200, send(request("/api/jobs").header("Origin", file.address())).statusCode());
    refused(403, "secret", json("/api/command", "{}"));
    refused(403, "secret", json("/api/stop", "{}"));
    refused(404, "docs/serve.md", request("/api/../home"));
    refused(404, "address", request("/api/works/..%2F..%2Fserve.json"));
    refused(404, "address", request("/api/works/..%2F..%2Fserve.json/bytes"));
    refused(404, "no work", request("/api/works/serve.json/bytes"));
    refused(405, "GET", request("/api/health").DELETE());
    refused(
        415,
        "JSON",
        request("/api/jobs")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}")));
    refused(413, "bytes", json("/api/jobs", " ".repeat(5 << 20)));
    refused(400, "line 1", json("/api/jobs", "{\"generator\": "));
    refused(400, "missing", json("/api/jobs", "{\"prompt\": \"sea\"}"));
    refused(400, "nearest", json("/api/jobs", "{\"promt\": \"sea\"}"));
    refused(400, "empty", json("/api/jobs", "{\"generator\": \"echo\", \"prompt\": \"-\"}"));
    refused(
        400,
        "kept",
        json(
            "/api/jobs",
            "{\"generator\": \"echo\", \"prompt\": \"a\", \"values\": {\"source\": \""
                + plan
                + "\"}}"));
    HttpResponse<String> chinese =
        send(
            json("/api/jobs", "{\"prompt\": \"sea\"}").header("Accept-Language", "zh-CN,zh;q=0.9"));
    assertTrue(chinese.body().contains("缺少字段"), chinese.body());
    try (Socket socket = ServeClient.connect(file)) { // DNS rebinding
      socket
          .getOutputStream()
          .write("GET /api/health HTTP/1.0\r\nHost: evil.example\r\n\r\n".getBytes(UTF_8));
      String said = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(said.startsWith("HTTP/1.1 403"), said);
    }
  }

  private static HttpRequest.Builder json(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  /** What docs/serve.md shows works as shown, with the generator of this test. */
  @Test
  @Order(10)
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void theGuideIsTrue() throws Exception {
    String guide = Files.readString(Path.of("..", "docs", "serve.md"));
    assumeTrue(new ProcessBuilder("curl", "--version").start().waitFor() == 0, "no curl");
    Matcher block = Pattern.compile("(?ms)^```sh\\n(.*?)^```$").matcher(guide);
    StringBuilder script = new StringBuilder();
    while (block.find()) {
      script.append(block.group(1));
    }
    Path jar = BundleJar.of("test.echo", Echo.class).version("3.0.0").write(temp.resolve("h.jar"));
    String shown =
        script
            .toString()
            .replace("http://127.0.0.1:7717", file.address())
            .replace("~/.triptych", home.toString())
            .replace("@haiku.jar", "@" + jar)
            .replace("org.example.haiku", "test.echo")
            .replace("\"form\": \"qijue\"", "\"lines\": 1")
            .replace("text.poem", "test.echo")
            .replace("\"poem\"", "\"echo\"");
    Process process =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", shown)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("event: over"), said);
    assertTrue(said.contains("3.0.0"), said);
  }

  @Test
  @Order(20)
  void theSameBytesAloneAndAStopThatIsClean() throws Exception {
    assertEquals(Main.OK, run(create("served", "sea", "--only", "echo")).exit());
    Run stopped = run("stop");
    assertEquals(Main.OK, stopped.exit(), stopped.err());
    assertEquals(Main.OK, serving.get(30, TimeUnit.SECONDS));
    assertTrue(ServeFile.read(home).isEmpty());
    Run again = run("stop");
    assertEquals(Main.FAILED, again.exit());
    assertTrue(again.err().contains("no triptych serve"), again.err());
    assertEquals(Main.OK, run(create("alone", "sea", "--only", "echo")).exit());
    for (String name : List.of("echo.txt", "triptych.json", "index.html")) {
      assertEquals(
          Files.readString(temp.resolve("alone").resolve(name)),
          Files.readString(temp.resolve("served").resolve(name)));
    }
  }
}
