package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code models run} through the real command line, against what transformers writes with the tiny
 * models of tiny_models.py (in plugins-text).
 */
class ModelsRunTest {
  @TempDir private static Path temp;

  private record Run(int exit, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeAll
  static void noBundles() throws IOException {
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    System.setProperty(Session.BUNDLES, bundles.toString());
  }

  private static Run run(String... arguments) {
    return runIn("en", "", arguments);
  }

  private static Run runIn(String language, String in, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(in.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            Map.of(
                "TRIPTYCH_LANG", language,
                "TRIPTYCH_HOME", temp.resolve("home").toString(),
                "HF_HOME", temp.resolve("hf").toString()));
    Stop never = new Stop();
    String[] all = new String[arguments.length + 2];
    all[0] = "models";
    all[1] = "run";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    int exit = Main.run(console, never, all);
    never.disarm();
    return new Run(exit, out.toString(UTF_8), err.toString(UTF_8));
  }

  private static Path path(String name) throws URISyntaxException {
    return Path.of(ModelsRunTest.class.getResource(name).toURI());
  }

  private static JsonNode golden(String name) throws Exception {
    return new ObjectMapper().readTree(path("golden_tiny.json").toFile()).path(name);
  }

  private static String ids(JsonNode ids) {
    return ids.toString().replaceAll("[\\[\\]]", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-t5"})
  void idsGoOnAsInTransformersWithoutATokenizer(String name) throws Exception {
    Path folder = Files.createDirectories(temp.resolve("bare-" + name));
    for (String file :
        new String[] {"config.json", "generation_config.json", "model.safetensors"}) {
      Files.copy(path(name).resolve(file), folder.resolve(file));
    }
    for (JsonNode row : golden(name)) {
      Run run = run(folder.toString(), "--ids", ids(row.path("ids")), "--greedy", "40", "--json");
      assertEquals(Main.OK, run.exit, run.err);
      assertEquals(row.path("greedy").path("ids"), run.json().path("ids"));
      assertEquals(1, run.json().size());
    }
  }

  @Test
  void continuesATextAsTransformersDoes() throws Exception {
    String model = path("tiny-llama").toString();
    for (JsonNode row : golden("tiny-llama")) {
      String prompt = row.path("prompt").asText();
      Run run = run(model, prompt, "--max-new-tokens", "40");
      assertEquals(Main.OK, run.exit, run.err);
      assertEquals(row.path("continued").path("text").asText() + System.lineSeparator(), run.out);
      Run piped = runIn("en", prompt + "\n", model, "-", "-p", "max_new_tokens=40", "--json");
      assertEquals(row.path("continued").path("ids"), piped.json().path("ids"));
      assertEquals(row.path("ids"), piped.json().path("prompt_ids"));
    }
  }

  @Test
  void answersAsTransformersDoes() throws Exception {
    for (JsonNode row : golden("tiny-llama")) {
      Run run =
          run(
              path("tiny-llama").toString(),
              row.path("prompt").asText(),
              "--chat",
              "--json",
              "--max-new-tokens",
              "40",
              "--dtype",
              "fp32");
      assertEquals(Main.OK, run.exit, run.err);
      assertEquals(row.path("chat").path("ids"), run.json().path("ids"));
      assertEquals(row.path("chat").path("text"), run.json().path("text"));
      assertEquals("length", run.json().path("finish").asText());
    }
  }

  @Test
  void followsAnInstructionAsTransformersDoes() throws Exception {
    for (JsonNode row : golden("tiny-t5")) {
      Run run = run(path("tiny-t5").toString(), row.path("prompt").asText(), "-p", "max_length=50");
      assertEquals(Main.OK, run.exit, run.err);
      assertEquals(row.path("instruct").path("text").asText() + System.lineSeparator(), run.out);
    }
  }

  @Test
  void mistakesEndInASentenceInTheUsersLanguage() throws Exception {
    String model = path("tiny-llama").toString();
    refused("give a prompt", model);
    refused("belong together", model, "--ids", "1,2");
    refused("belong together", model, "春天", "--ids", "1,2", "--greedy", "3");
    refused("with commas between", model, "--ids", "1;2", "--greedy", "3");
    refused("--greedy must be", model, "--ids", "1,2", "--greedy", "0");
    refused("there is no data type int4", model, "春天", "--dtype", "int4");
    refused("topp", model, "春天", "-p", "topp=0.9");
    refused("temperature", model, "春天", "-p", "temperature=hot");
    Run chinese = runIn("zh", "", model, "春天", "--dtype", "int4");
    assertEquals(Main.MISTAKE, chinese.exit);
    assertTrue(chinese.err.contains("没有数据类型 int4"), chinese.err);

    Run unknown = run(model, "--ids", "1,999999", "--greedy", "3", "--json");
    assertEquals(Main.MISTAKE, unknown.exit, unknown.err);
    Run missing = run(temp.resolve("nowhere").toString(), "春天");
    assertFalse(missing.exit == Main.OK);
    assertEquals("", missing.out);
    assertEquals(1, missing.err.strip().lines().filter(l -> l.startsWith("triptych: ")).count());
  }

  private static void refused(String part, String... arguments) {
    Run run = run(arguments);
    assertEquals(Main.MISTAKE, run.exit, run.err);
    assertEquals("", run.out);
    assertTrue(run.err.startsWith("triptych: ") && run.err.contains(part), run.err);
  }
}
