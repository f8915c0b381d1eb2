package org.example.haiku;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Generator;
import dev.triptych.api.Placement;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaikuGeneratorTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new HaikuGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("candidates", "2");
  }

  @Test
  void everyHaikuHasItsSyllables() throws Exception {
    Path folder = Path.of(getClass().getResource("/models/haiku").toURI());
    Map<String, Integer> beats = new HashMap<>();
    for (String row : Files.readAllLines(folder.resolve("beats.tsv"))) {
      if (!row.startsWith("#")) {
        beats.put(row.split("\t")[0], Integer.parseInt(row.split("\t")[1]));
      }
    }
    try (AssertingHost host = AssertingHost.of(new HaikuGenerator())) {
      for (String language : List.of("en", "zh")) {
        String prompt = language.equals("zh") ? "春雨江上" : "rain on the river";
        for (int seed = 0; seed < 10; seed++) {
          Request request = Request.of(prompt, Plan.of(Map.of("language", language)), seed);
          List<String> lines = host.generate(request.withValues(values())).text().lines().toList();
          List<Integer> counted =
              lines.stream()
                  .map(line -> List.of(line.split(language.equals("zh") ? "" : " ")))
                  .map(words -> words.stream().mapToInt(w -> beats.get(w.toLowerCase())).sum())
                  .toList();
          assertEquals(List.of(5, 7, 5), counted, String.join(" / ", lines));
        }
      }
    }
  }

  @Test
  void thePromptIsHeard() throws Exception {
    int heard = 0;
    try (AssertingHost host = AssertingHost.of(new HaikuGenerator())) {
      for (int seed = 0; seed < 10; seed++) {
        Request request = Request.of("snow", Plan.of(Map.of("language", "en")), seed);
        heard += host.generate(request).text().contains("snow") ? 1 : 0;
      }
    }
    assertTrue(heard >= 7, "snow stands in " + heard + " of 10 haiku about snow");
  }

  @Test
  void aDamagedTableIsNamedWithItsLine(@TempDir Path temp) throws Exception {
    Path model = Path.of(getClass().getResource("/models/haiku").toURI());
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(model.resolve(file), temp.resolve(file));
    }
    Path table = Files.writeString(temp.resolve("beats.tsv"), "rain\t1\tte\nrain\tmany\tt\n");
    IOException refused =
        assertThrows(IOException.class, () -> HaikuModel.load(temp, Placement.of("cpu", "auto")));
    assertTrue(refused.getMessage().startsWith(table + ", line 2: wanted"), refused.getMessage());
  }
}
