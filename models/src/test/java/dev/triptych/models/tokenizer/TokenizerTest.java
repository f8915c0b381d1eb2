package dev.triptych.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

  private static final String JSON =
      """
      {"version":"1.0","truncation":null,"padding":null,
       "added_tokens":[{"id":0,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
       "normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":{"type":"Fuse"},
       "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,"ignore_merges":false,
        "vocab":{"<s>":0,"春":1,"风":2,"a":3,"b":4,"ab":5},"merges":["a b"]}}
      """;

  @TempDir Path folder;

  @Test
  void goesThereAndBack() throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), JSON);
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      assertArrayEquals(new int[] {0, 1, 2, 5, 3}, tokenizer.encode("<s>春风aba"));
      assertArrayEquals(new int[0], tokenizer.encode(""));
      assertEquals("春风aba", tokenizer.decode(0, 1, 2, 5, 3));
      assertEquals(2, tokenizer.id("风"));
      assertEquals(-1, tokenizer.id("雨"));
      assertEquals("ab", tokenizer.token(5));
      assertEquals(6, tokenizer.size());
      assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.token(6));
    }
  }

  @Test
  void addsTheSpecialTokensThatThePostProcessorSays() throws IOException {
    String ending =
        """
        "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<s>","type_id":0}}],
         "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}}""";
    String json = JSON.replace("\"post_processor\":null", ending);
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      assertArrayEquals(new int[] {1, 2, 0}, tokenizer.encodeWithSpecialTokens("春风"));
      assertArrayEquals(new int[] {0}, tokenizer.encodeWithSpecialTokens(""));
      assertArrayEquals(new int[] {1, 2}, tokenizer.encode("春风"));
    }
  }

  @Test
  void refusesDamagedFilesInOneSentence() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertThrows(NoSuchFileException.class, () -> Tokenizer.load(file));
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder(JSON);
      text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
      Files.writeString(file, i % 3 == 0 ? JSON.substring(0, random.nextInt(JSON.length())) : text);
      try (Tokenizer tokenizer = Tokenizer.load(file)) {
        tokenizer.encode("春风");
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage().contains("tokenizer.json"), e.getMessage());
      }
    }
    assertTrue(refused > 100, refused + " refused");
  }
}
