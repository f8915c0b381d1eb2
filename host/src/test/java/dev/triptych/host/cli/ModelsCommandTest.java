package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Quoting;
import dev.triptych.models.hub.HubException.Problem;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code triptych models} by the real command line against a hub on this machine. */
class ModelsCommandTest {
  private static final String COMMIT = "c".repeat(40);
  private static final String CONFIG =
      "{\"model_type\": \"llama\", \"architectures\": [\"LlamaForCausalLM\"],"
          + " \"max_position_embeddings\": 2048}";

  @TempDir private Path temp;
  private final Map<String, byte[]> files = new TreeMap<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    Path weights = temp.resolve("made.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.add("model.embed_tokens.weight", Dtype.F32, new float[600], new long[] {60, 10});
    writer.write(weights);
    files.put("model.safetensors", Files.readAllBytes(weights));
    files.put("config.json", CONFIG.getBytes(UTF_8));
    files.put("README.md", "---\nlicense: mit\n---\n".getBytes(UTF_8));
    files.put("pytorch_model.bin", new byte[] {1});
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    BundleJar.of("test.quoting", Quoting.class)
        .imports("dev.triptych.models.hub")
        .write(bundles.resolve("quoting.jar"));
    System.setProperty(Session.BUNDLES, bundles.toString());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String resolve = "/tiny/writer/resolve/" + COMMIT + "/";
    try (exchange) {
      if (path.matches("/api/models/tiny/writer/revision/(main|v2)")) {
        ObjectNode list = new ObjectMapper().createObjectNode().put("sha", COMMIT);
        var siblings = list.putArray("siblings");
        files.keySet().forEach(name -> siblings.addObject().put("rfilename", name));
        byte[] body = list.toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
        byte[] body = files.get(path.substring(resolve.length()));
        exchange.getResponseHeaders().add("ETag", "\"" + sha256(body) + "\"");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().add("Content-Length", String.valueOf(body.length));
        exchange.sendResponseHeaders(200, head ? -1 : body.length);
        if (!head) {
          exchange.getResponseBody().write(body);
        }
      } else if (path.equals("/api/models/tiny/writer")) {
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(path.contains("secret") ? 401 : 404, -1);
      }
    }
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Run answering(String in, String language, String... arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TRIPTYCH_HOME", temp.resolve("home").toString());
    environment.put("TRIPTYCH_LANG", language);
    environment.put("HF_HOME", temp.resolve("hf").toString());
    environment.put("HF_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
    return Run.of(environment, in.getBytes(UTF_8), arguments);
  }

  private Run run(String... arguments) {
    return answering("", "en", arguments);
  }

  private static JsonNode json(Run run) throws IOException {
    assertEquals(Main.OK, run.exit(), run.err());
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void aPulledModelIsListedDescribedUsedVerifiedAndRemoved() throws Exception {
    Run pull = run("models", "pull", "tiny/writer");
    assertEquals(Main.OK, pull.exit(), pull.err());
    Path folder = Path.of(pull.out().strip());
    assertEquals(temp.resolve("hf/hub/models--tiny--writer/snapshots").resolve(COMMIT), folder);
    assertTrue(
        pull.err().contains("Left out") && pull.err().contains("pytorch_model.bin"), pull.err());
    JsonNode again = json(run("models", "pull", "tiny/writer", "--json", "--include", "*.json"));
    assertEquals("config.json", again.at("/files/0").textValue());

    JsonNode row = null;
    for (JsonNode one : json(run("models", "list", "--json"))) {
      row = one.get("name").textValue().equals("tiny/writer") ? one : row;
    }
    assertEquals("git:" + COMMIT, row.get("digest").textValue());
    assertEquals("F32", row.get("dtype").textValue());
    assertEquals(folder.toString(), row.get("where").textValue());

    JsonNode info = json(run("models", "info", "tiny/writer", "--json"));
    assertEquals("LlamaForCausalLM", info.get("architecture").textValue());
    assertEquals(600, info.get("parameters").longValue());
    assertEquals(2048, info.get("context").longValue());
    assertEquals("mit", info.get("license").textValue());
    assertTrue(info.get("runs").booleanValue(), info.toString());
    Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"mamba\"}");
    Run other = run("models", "info", temp.toString());
    assertTrue(
        other.out().contains("\"mamba\" is none of the known bert"), other.out() + other.err());
    Run chinese = answering("", "zh", "models", "info", folder.toString());
    assertTrue(chinese.out().contains("许可：mit"), chinese.out());

    Run quote =
        run(
            "generate",
            "quoting",
            "x",
            "-p",
            "model=tiny/writer",
            "--seed",
            "1",
            "--out",
            temp.resolve("out").toString());
    assertTrue(quote.out().contains("llama"), quote.out() + quote.err());

    assertEquals(Main.OK, run("models", "verify", "tiny/writer").exit());
    Path weights = folder.resolve("model.safetensors").toRealPath();
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    Run verify = run("models", "verify", "tiny/writer");
    assertEquals(Main.FAILED, verify.exit());
    assertTrue(verify.out().contains("damaged  model.safetensors"), verify.out());
    assertTrue(verify.err().contains("model.safetensors damaged or missing"), verify.err());

    Run asked = answering("n\n", "en", "models", "remove", "tiny/writer");
    assertEquals(Main.FAILED, asked.exit());
    assertTrue(Files.exists(folder), asked.err());
    assertEquals(Main.OK, run("models", "remove", "tiny/writer", "--yes").exit());
    assertFalse(Files.exists(folder));
    Run gone = run("generate", "quoting", "x", "-p", "model=tiny/writer", "--seed", "1");
    assertEquals(Main.FAILED, gone.exit());
    assertTrue(gone.err().contains("triptych models pull tiny/writer"), gone.err());
  }

  @Test
  void aGeneratorTakesARevisionThatWasPulled() {
    assertEquals(Main.OK, run("models", "pull", "tiny/writer@v2").exit());
    String out = temp.resolve("out").toString();
    Run quote = run("generate", "quoting", "x", "-p", "model=tiny/writer@v2", "--out", out);
    assertTrue(
        quote.out().contains("llama"), quote.out() + quote.err() + run("plugins", "list").out());
    Run other = run("generate", "quoting", "x", "-p", "model=tiny/writer@v3", "--out", out);
    assertEquals(Main.FAILED, other.exit());
    assertTrue(other.err().contains("triptych models pull tiny/writer@v3"), other.err());
  }

  @Test
  void mistakesAreSaidInBothLanguages() {
    refused(Main.MISTAKE, "is no name on a hub", "en", "models", "pull", "a/b/c");
    refused(Main.MISTAKE, "不是模型库中的名字", "zh", "models", "pull", "../x");
    refused(Main.FAILED, "tiny/none is unknown at", "en", "models", "pull", "tiny/none");
    refused(Main.FAILED, "没有 tiny/none", "zh", "models", "pull", "tiny/none");
    refused(Main.FAILED, "there is no revision v9", "en", "models", "pull", "tiny/writer@v9");
    refused(Main.FAILED, "请检查名字；若它是私有", "zh", "models", "pull", "tiny/secret");
    refused(
        Main.FAILED, "没有文件匹配 *.txt", "zh", "models", "pull", "tiny/writer", "--include", "*.txt");
    refused(Main.FAILED, "pull it first", "en", "models", "verify", "tiny/none");
    refused(Main.FAILED, "请先下载", "zh", "models", "remove", "tiny/none", "--yes");
    refused(Main.MISTAKE, "folder of yours", "en", "models", "remove", temp.toString());
    refused(Main.MISTAKE, "say list, pull", "en", "models");
    Messages chinese = Messages.of(Locale.CHINESE);
    for (Problem problem : Problem.values()) {
      String sentence = chinese.text("hub." + problem, "a", "b", "c");
      assertTrue(sentence.matches("(?s).*\\p{IsHan}.*") && !sentence.contains("%"), sentence);
    }
  }

  private void refused(int exit, String part, String language, String... arguments) {
    Run run = answering("", language, arguments);
    assertEquals(exit, run.exit(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains(part), run.err());
  }
}
