package dev.triptych.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.text.write.WriteGenerator;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** English form held on a tiny random Llama whose vocabulary is bytes and a few pairs of them. */
class RhymedVerseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Map<String, String[]> SOUNDS = new HashMap<>(); // syllables, rhyme

  @TempDir Path temp;

  @BeforeAll
  static void read() throws Exception {
    try (InputStream in = RhymedVerseTest.class.getResourceAsStream("pronunciations.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(p -> SOUNDS.put(p[0].toLowerCase(Locale.ROOT), new String[] {p[1], p[2]}));
    }
  }

  @ParameterizedTest
  @CsvSource({"quatrain,ABAB,9 9 9 9", "couplets,AABB,9 9 9 9", "ballad,ABAB,9 7 9 7"})
  void aModelThatKnowsNoPoemsKeepsTheForm(String form, String rhymes, String most)
      throws Exception {
    try (AssertingHost host = AssertingHost.of(new WriteGenerator()).withPatience(PATIENCE)) {
      for (int seed = 0; seed < 4; seed++) {
        String poem = host.generate(request(form, seed, seed == 0 ? "0" : "1")).text();
        List<String> lines = poem.lines().toList();
        assertEquals(4, lines.size(), poem);
        String[] ends = new String[4];
        for (int i = 0; i < 4; i++) {
          assertTrue(lines.get(i).matches("[A-Z][A-Za-z']*([,;:]? [A-Za-z']+)*[,;:.!?]?"), poem);
          String[] words = lines.get(i).toLowerCase(Locale.ROOT).split("[^a-z']+");
          int syllables = 0;
          for (String word : words) {
            assertTrue(SOUNDS.containsKey(word), word + " in " + poem);
            syllables += Integer.parseInt(SOUNDS.get(word)[0]);
          }
          int limit = Integer.parseInt(most.split(" ")[i]);
          assertTrue(syllables <= limit && syllables >= limit - 2, poem);
          ends[i] = words[words.length - 1];
        }
        for (int a = 0; a < 4; a++) {
          for (int b = 0; b < a; b++) {
            boolean sound = SOUNDS.get(ends[a])[1].equals(SOUNDS.get(ends[b])[1]);
            assertEquals(rhymes.charAt(a) == rhymes.charAt(b), sound, poem);
            assertNotEquals(ends[a], ends[b], poem);
          }
        }
      }
    }
  }

  @Test
  void aVocabularyWithoutLettersIsRefusedWithTheReason() throws Exception {
    Path words = wordsOnly();
    Map<String, String> values =
        Map.of("kind", "poem", "form", "quatrain", "model", words.toString());
    try (AssertingHost host = AssertingHost.of(new WriteGenerator()).withPatience(PATIENCE)) {
      Request request = Request.of("spring", Plan.of(Map.of()), 1).withValues(values);
      String message =
          assertThrows(IllegalArgumentException.class, () -> host.generate(request)).getMessage();
      assertTrue(message.contains("letters and marks as single tokens"), message);
    }
  }

  @Test
  void textPoemNamesTheWayOfOtherModels() throws Exception {
    try (AssertingHost host = AssertingHost.of(new PoemGenerator()).withPatience(PATIENCE)) {
      for (String language : List.of("en", "zh")) {
        Request request =
            Request.of("spring", Plan.of(Map.of("language", language)), 1)
                .withValues(Map.of("model", tinyLlama()));
        String message =
            assertThrows(IllegalArgumentException.class, () -> host.generate(request)).getMessage();
        String form = language.equals("en") ? "quatrain" : "qijue";
        assertTrue(
            message.contains("text.write -p kind=poem -p form=" + form + " -p model="), message);
      }
    }
  }

  /** Returns the model with a tokenizer whose tokens are whole words. */
  private Path wordsOnly() throws Exception {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(Path.of(tinyLlama(), file), temp.resolve(file));
    }
    Files.writeString(
        temp.resolve("tokenizer.json"),
        "{\"version\": \"1.0\", \"pre_tokenizer\": {\"type\": \"WhitespaceSplit\"}, \"model\":"
            + " {\"type\": \"WordLevel\", \"unk_token\": \"the\", \"vocab\":"
            + " {\"the\": 0, \"rain\": 1, \"falls\": 2}}}");
    return temp;
  }

  private static String tinyLlama() throws Exception {
    return Path.of(RhymedVerseTest.class.getResource("write/tiny-llama").toURI()).toString();
  }

  private static Request request(String form, long seed, String temperature) throws Exception {
    Map<String, String> values =
        Map.of("kind", "poem", "form", form, "model", tinyLlama(), "temperature", temperature);
    return Request.of("spring", Plan.of(Map.of("language", "en")), seed).withValues(values);
  }
}
