package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  @BeforeAll
  static void noBundles() throws IOException {
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    System.setProperty(Session.BUNDLES, bundles.toString());
  }

  private static Run run(String... arguments) {
    return runIn("en", "", arguments);
  }

  private static Run runIn(String language, String in, String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "models";
    all[1] = "run";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return Run.of(
        Map.of(
            "TRIPTYCH_LANG", language,
            "TRIPTYCH_HOME", temp.resolve("home").toString(),
            "HF_HOME", temp.resolve("hf").toString()),
        in.getBytes(UTF_8),
        all);
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
      assertEquals(Main.OK, run.exit(), run.err());
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
      assertEquals(Main.OK, run.exit(), run.err());
      assertEquals(row.path("continued").path("text").asText() + System.lineSeparator(), run.out());
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
      assertEquals(Main.OK, run.exit(), run.err());
      assertEquals(row.path("chat").path("ids"), run.json().path("ids"));
      assertEquals(row.path("chat").path("text"), run.json().path("text"));
      assertEquals("length", run.json().path("finish").asText());
    }
  }

  @Test
  void followsAnInstructionAsTransformersDoes() throws Exception {
    for (JsonNode row : golden("tiny-t5")) {
      Run run = run(path("tiny-t5").toString(), row.path("prompt").asText(), "-p", "max_length=50");
      assertEquals(Main.OK, run.exit(), run.err());
      assertEquals(row.path("instruct").path("text").asText() + System.lineSeparator(), run.out());
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
    assertEquals(Main.MISTAKE, chinese.exit());
    assertTrue(chinese.err().contains("没有数据类型 int4"), chinese.err());

    Run unknown = run(model, "--ids", "1,999999", "--greedy", "3", "--json");
    assertEquals(Main.MISTAKE, unknown.exit(), unknown.err());
    Run missing = run(temp.resolve("nowhere").toString(), "春天");
    assertFalse(missing.exit() == Main.OK);
    assertEquals("", missing.out());
    assertEquals(1, missing.err().strip().lines().filter(l -> l.startsWith("triptych: ")).count());
  }

  @Test
  void whatModelsRefuseIsSaidInChinese() throws Exception {
    String model = path("tiny-llama").toString();
    List<String> all = new ArrayList<>();
    for (String wrong :
        new String[] {
          "topp=0.9",
          "temperature=hot",
          "top_p=2",
          "max_new_tokens=0",
          "num_beams=x",
          "early_stopping=7",
          "num_return_sequences=2",
          "max_length=1",
          "regex=[z-a]",
          "regex=(?=a)",
          "regex=a(",
          "regex=a**",
          "grammar=root ::= root",
          "grammar=a ::= a",
          "bad_words_ids=[[999999]]"
        }) {
      english(all, runIn("zh", "", model, "春天", "-p", wrong));
    }
    english(all, runIn("zh", "", model, "--ids", "1,999999", "--greedy", "3"));
    english(all, runIn("zh", "", model, "", "--max-new-tokens", "2"));
    english(all, runIn("zh", "", temp.resolve("nowhere").toString(), "春天"));
    english(all, runIn("zh", "", "nobody", "春天"));
    english(all, runIn("zh", "", "nobody/nothing", "春天"));
    Path folder = Files.createDirectories(temp.resolve("damaged"));
    List<Path> files;
    try (Stream<Path> listed = Files.list(path("tiny-llama"))) {
      files = listed.toList();
    }
    for (Path file : files) {
      Files.copy(file, folder.resolve(file.getFileName()));
    }
    String config = Files.readString(folder.resolve("config.json"));
    for (String[] change :
        new String[][] {
          {"config.json", "{"},
          {"config.json", config.replace("\"llama\"", "\"mamba\"")},
          {"config.json", config.replaceFirst("\"hidden_size\": *\\d+", "\"hidden_size\": 7")},
          {"config.json", config},
          {"chat_template.jinja", "{% for x in messages %}"},
          {"chat_template.jinja", "{{ raise_exception }}{{ 1 / 0 }}"},
          {"chat_template.jinja", "{{ messages | nothing }}"},
          {"tokenizer.json", "{\"model\": {}}"},
        }) {
      Files.writeString(folder.resolve(change[0]), change[1]);
      if (!change[1].equals(config)) {
        english(all, runIn("zh", "", folder.toString(), "春天", "--chat"));
      }
    }
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("pytorch_model.bin"), "x");
    english(all, runIn("zh", "", folder.toString(), "春天"));
    assertEquals(List.of(), all);
  }

  /** Keeps a refusal that has no Chinese words, or three English ones after each other. */
  private static void english(List<String> all, Run run) {
    boolean chinese = run.err().codePoints().anyMatch(Character::isIdeographic);
    if (run.exit() == Main.OK
        || !run.err().startsWith("triptych: ")
        || !chinese
        || run.err()
            .replace("triptych models pull", "")
            .matches("(?s).*[a-z]{2,} [a-z]+ [a-z]{2,}.*")) {
      all.add(run.exit() + " " + run.err());
    }
  }

  private static void refused(String part, String... arguments) {
    Run run = run(arguments);
    assertEquals(Main.MISTAKE, run.exit(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("triptych: ") && run.err().contains(part), run.err());
  }
}
