package dev.triptych.models.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationConfigTest {

  private static final String JSON =
      """
      {
        "bos_token_id": 1, "eos_token_id": [2, 7], "pad_token_id": 0, "do_sample": true,
        "temperature": 0.6, "top_k": null, "top_p": 0.9, "repetition_penalty": 1.1,
        "max_length": 4096, "stop_strings": ["a", "b"], "early_stopping": "never",
        "bad_words_ids": [[3], [4, 5]], "num_beam_groups": 1, "transformers_version": "4.53.3"
      }
      """;

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void readsAFolder() throws IOException {
    write("config.json", "{\"eos_token_id\": 5, \"vocab_size\": 10, \"max_length\": 20}");
    GenerationConfig small = GenerationConfig.read(folder);
    assertArrayEquals(new int[] {5}, small.eosTokenIds());
    assertEquals(20, small.newTokens(100));
    write("generation_config.json", JSON);
    GenerationConfig config = GenerationConfig.read(folder);
    assertArrayEquals(new int[] {2, 7}, config.eosTokenIds());
    assertTrue(config.doSample());
    assertEquals(0.6, config.temperature());
    assertEquals(0, config.topK());
    assertEquals(50, GenerationConfig.of().topK());
    assertEquals(List.of("a", "b"), config.stopStrings());
    assertEquals("never", config.earlyStopping());
    assertEquals(List.of(List.of(3), List.of(4, 5)), config.badWordsIds());
    assertEquals(4000, config.newTokens(96));
    assertEquals(7, config.with("max_new_tokens", 7).newTokens(96));
    assertEquals(1, config.decoderStartTokenId());
    assertThrows(IllegalArgumentException.class, () -> config.newTokens(4096));
  }

  @Test
  void takesWhatIsTyped() {
    GenerationConfig config =
        GenerationConfig.of()
            .with("eos_token_id", "3, 4")
            .with("stop_strings", "\n\n")
            .with("early_stopping", "never")
            .with("seed", Long.MIN_VALUE)
            .with("bad_words_ids", "[[1, 2]]");
    assertArrayEquals(new int[] {3, 4}, config.eosTokenIds());
    assertEquals(List.of("\n\n"), config.stopStrings());
    assertEquals(Long.MIN_VALUE, config.seed());
    assertEquals(0, config.with("eos_token_id", "none").eosTokenIds().length);
    assertEquals("true", config.with("early_stopping", "true").earlyStopping());
  }

  @Test
  void saysWhatIsWrong() {
    for (String[] bad :
        new String[][] {
          {"top_p", "1.5"},
          {"top_p", "x"},
          {"top_k", "-1"},
          {"top_k", "1.5"},
          {"seed", "9e99"},
          {"do_sample", "1"},
          {"early_stopping", "maybe"},
          {"eos_token_id", "-1"},
          {"eos_token_id", "a"},
          {"bad_words_ids", "[1]"},
          {"bad_words_ids", "[[]]"},
          {"max_new_tokens", "0"},
          {"num_beams", "0"},
          {"temperature", "-1"},
          {"stop_strings", "[1]"},
          {"stop_strings", ""},
          {"repetition_penalty", "0"}
        }) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> GenerationConfig.of().with(bad[0], bad[1]),
                  bad[0] + "=" + bad[1])
              .getMessage();
      assertTrue(message.startsWith(bad[0] + " is "), message);
      assertFalse(message.contains("\n"), message);
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> GenerationConfig.of().with("topk", "1"))
            .getMessage();
    assertTrue(message.contains("top_k"), message);
  }

  @Test
  void refusesWhatItCannotDo() throws IOException {
    write("generation_config.json", "{\"num_beam_groups\": 2}");
    String message =
        assertThrows(IOException.class, () -> GenerationConfig.read(folder)).getMessage();
    assertTrue(message.contains("num_beam_groups") && message.contains("json"), message);
  }

  @Test
  void survivesMutatedFiles() throws IOException {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      StringBuilder text = new StringBuilder(JSON);
      for (int change = 0; change <= i % 3; change++) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, "{}[]\",:0123456789-.eatn ".charAt(random.nextInt(24)));
      }
      write("generation_config.json", text.toString());
      try {
        GenerationConfig.read(folder);
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage().contains("generation_config.json"), e.getMessage());
      }
    }
    assertTrue(refused > 100, refused + " refused");
  }
}
