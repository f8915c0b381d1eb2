package dev.triptych.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids are those of transformers' two CLIP tokenizers (src/test/golden/clip/make.py). */
class ClipTokenizerTest {
  private static final Path GOLDEN = Path.of("src/test/golden/clip");

  private static JsonNode golden() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve("tokens.json").toFile());
  }

  private static int[] ints(JsonNode ids) {
    return StreamSupport.stream(ids.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  private static int check(ClipTokenizer tokenizer, String... keys) throws IOException {
    int count = 0;
    for (JsonNode one : golden()) {
      String text = one.get("text").textValue();
      JsonNode expected = one.has(keys[0]) ? one.get(keys[0]) : one.get(keys[keys.length - 1]);
      assertArrayEquals(ints(expected), tokenizer.ids(text), text);
      if (one.has("filled") && keys[0].equals("padded")) {
        assertArrayEquals(ints(one.get("filled")), tokenizer.encode(text), text);
      }
      count++;
    }
    return count;
  }

  @Test
  void readsAsThePythonClass() throws IOException {
    try (ClipTokenizer tokenizer = ClipTokenizer.load(GOLDEN.resolve("tokenizer"))) {
      assertTrue(check(tokenizer, "slow") > 250);
      assertEquals(tokenizer.end(), tokenizer.pad());
      assertEquals(77, tokenizer.length());
    }
  }

  @Test
  void aPadTokenOfItsOwnIsNoWord() throws IOException {
    try (ClipTokenizer tokenizer = ClipTokenizer.load(GOLDEN.resolve("tokenizer-pad"))) {
      check(tokenizer, "padded", "slow");
      assertEquals(0, tokenizer.pad());
    }
  }

  @Test
  void readsAsTheFastClass() throws IOException {
    try (ClipTokenizer plain = ClipTokenizer.loadFast(GOLDEN.resolve("tokenizer"));
        ClipTokenizer padded = ClipTokenizer.loadFast(GOLDEN.resolve("tokenizer-pad"));
        ClipTokenizer file = ClipTokenizer.load(GOLDEN.resolve("tokenizer-fast"))) {
      check(plain, "fast");
      check(padded, "fast_padded", "fast");
      check(file, "fast_padded", "fast");
      assertEquals("a photo of a red fox !", padded.decode(plain.ids("A photo of a red FOX !")));
    }
  }

  @Test
  void damagedFilesAreRefusedInASentence(@TempDir Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    String[] names = {"vocab.json", "merges.txt", "tokenizer_config.json"};
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      for (String name : names) {
        Files.write(
            folder.resolve(name), Files.readAllBytes(GOLDEN.resolve("tokenizer").resolve(name)));
      }
      Path victim = folder.resolve(names[i % names.length]);
      byte[] bytes = Files.readAllBytes(victim);
      if (random.nextBoolean()) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        for (int j = 0; j < 1 + random.nextInt(8); j++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
      Files.write(victim, bytes);
      try (ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
        assertEquals(tokenizer.length(), tokenizer.encode("a fox").length);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 20, refused + " refused");
    IOException none =
        assertThrows(IOException.class, () -> ClipTokenizer.load(folder.resolve("nowhere")));
    assertTrue(none.getMessage().contains("vocab.json"), none.getMessage());
  }
}
