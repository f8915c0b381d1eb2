package dev.triptych.text.write;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.text.PoemGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What these generators refuse is in a phrasebook, so that a Chinese reader is told in Chinese. */
class RefusalsTest {
  private static final Path PLUGIN =
      Path.of("src", "main", "resources", "META-INF", "triptych", "sentences_zh.tsv");
  private static final Path HOST =
      Path.of("..", "host/src/main/resources/dev/triptych/host/cli/sentences_zh.tsv");

  @TempDir Path temp;

  private record Refusal(
      Generator generator, Map<String, String> values, String history, String words) {}

  private static Refusal write(String words, String... values) {
    return refusal(new WriteGenerator(), words, values);
  }

  private static Refusal refusal(Generator generator, String words, String... values) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < values.length; i += 2) {
      all.put(values[i], values[i + 1]);
    }
    return new Refusal(generator, all, null, words);
  }

  private static Refusal history(String words, String talk) {
    Map<String, String> values =
        Map.of("model", TinyModels.folder("tiny-llama"), "system", "Be short.");
    return new Refusal(new ChatGenerator(), values, talk, words);
  }

  private List<Refusal> refusals() throws IOException {
    String llama = TinyModels.folder("tiny-llama");
    String t5 = TinyModels.folder("tiny-t5");
    Path mute = Files.createDirectory(temp.resolve("mute"));
    for (String file :
        List.of("config.json", "generation_config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(Path.of(llama, file), mute.resolve(file));
    }
    Path mamba = Files.createDirectory(temp.resolve("mamba"));
    Files.writeString(mamba.resolve("config.json"), "{\"model_type\": \"mamba\"}");
    String said =
        "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]";
    return List.of(
        write("no language model comes"),
        write("form is for poems", "form", "qijue", "kind", "story"),
        write("Han characters", "form", "qijue", "kind", "poem", "model", llama),
        write("reads with an encoder", "model", t5),
        write("none of the known", "model", mamba.toString()),
        write("no files at", "model", temp.resolve("none").toString()),
        refusal(new InstructGenerator(), "needs a model with an encoder", "model", llama),
        refusal(new ChatGenerator(), "no chat template", "model", mute.toString()),
        refusal(new PoemGenerator(), "no poem model", "model", llama),
        refusal(new PoemGenerator(), "no poem model", "model", mamba.toString()),
        history("leave one out", said.replace("[", "[{\"role\":\"system\",\"content\":\"c\"},")),
        history("leave out early turns", said.replace("b", "x ".repeat(600))),
        history("no JSON", "["),
        history("must be a list", "{}"),
        history("must end with", said.replaceFirst(",\\{.*", "]")),
        history("the turn is", said.replace("user", "assistant")),
        history("must be an object", "[7]"),
        history("is empty", said.replace("b", "  ").replace("  ", " ")));
  }

  @Test
  void everyRefusalIsSaidInChinese() throws Exception {
    List<Pattern> known = new ArrayList<>();
    for (Path table : List.of(PLUGIN, HOST)) {
      for (String line : Files.readAllLines(table)) {
        if (line.indexOf('\t') > 0) {
          String english = "\\Q" + line.substring(0, line.indexOf('\t')) + "\\E";
          known.add(Pattern.compile(english.replaceAll("\\{\\d}", "\\\\E.+\\\\Q")));
        }
      }
    }
    for (Refusal refusal : refusals()) {
      String sentence = sentence(refusal);
      assertTrue(sentence.contains(refusal.words), sentence);
      assertTrue(
          known.stream().anyMatch(p -> p.pattern().length() > 25 && p.matcher(sentence).matches()),
          sentence);
    }
    assertFalse(known.stream().anyMatch(p -> p.matcher("this is said by nobody").matches()));
  }

  private static String sentence(Refusal refusal) throws Exception {
    Request request =
        Request.of("春天", Plan.of(Map.of("language", "zh")), 1).withValues(refusal.values);
    if (refusal.history != null) {
      Artifact file =
          AssertingHost.work("text/plain", refusal.history.getBytes(StandardCharsets.UTF_8));
      request = request.withInputs(Map.of("history", file));
    }
    try (AssertingHost host =
        AssertingHost.of(refusal.generator).withPatience(Duration.ofSeconds(20))) {
      host.generate(request);
    } catch (IllegalArgumentException | IOException e) {
      return e.getMessage();
    }
    throw new AssertionError("not refused: " + refusal);
  }
}
