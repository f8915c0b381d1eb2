package dev.triptych.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny tokenizers built as those of the families are, against what the library itself says. */
class DecodeStreamTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "byte_level",
        "llama2",
        "gemma",
        "unigram",
        "word_piece",
        "no_decoder",
        "end_of_word"
      })
  void streamsWhatDecodingAtOnceSays(String kind) throws Exception {
    Random random = new Random(7);
    try (Tokenizer tokenizer = Tokenizer.load(file(kind + ".json"))) {
      for (int row = 0; row < 500; row++) {
        int[] ids = random.ints(random.nextInt(1, 24), 0, tokenizer.size()).toArray();
        assertEquals(tokenizer.decode(ids), streamed(tokenizer, 0, ids), kind);
        int before = random.nextInt(ids.length);
        String start = tokenizer.decode(Arrays.copyOf(ids, before));
        if (!(start + tokenizer.decode(ids)).contains("\uFFFD")) { // no character is cut in two
          assertEquals(
              tokenizer.decode(ids), start + streamed(tokenizer, before, ids), kind + " " + before);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte_level", "llama2", "gemma", "unigram", "word_piece", "no_decoder"})
  void encodesAndDecodesAsTheLibraryDoes(String kind) throws Exception {
    JsonNode golden = new ObjectMapper().readTree(file("golden_tokenizers.json").toFile());
    try (Tokenizer tokenizer = Tokenizer.load(file(kind + ".json"))) {
      for (JsonNode row : golden.path("kinds").path(kind)) {
        String text = row.path("text").asText();
        int[] ids = ids(row.path("with_special"));
        assertArrayEquals(ids(row.path("ids")), tokenizer.encode(text), text);
        assertArrayEquals(ids, tokenizer.encodeWithSpecialTokens(text), text);
        assertEquals(row.path("decoded").asText(), tokenizer.decode(ids));
        assertEquals(row.path("decoded").asText(), streamed(tokenizer, 0, ids));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte_level", "llama2", "gemma", "unigram", "no_decoder"})
  void bytesOfTokensMakeTheText(String kind) throws Exception {
    try (Tokenizer tokenizer = Tokenizer.load(file(kind + ".json"))) {
      int[] before = tokenizer.encode("the spring");
      for (String text :
          new String[] {"春风 the spring", "的☃ café", "a <|end|> b", "river 春<tool>."}) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : tokenizer.encode(text)) {
          bytes.writeBytes(tokenizer.bytes(id));
        }
        int[] all =
            IntStream.concat(Arrays.stream(before), Arrays.stream(tokenizer.encode(text)))
                .toArray();
        assertEquals(
            tokenizer.decode(all).substring(tokenizer.decode(before).length()),
            bytes.toString(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void holdsBackHalfACharacter() throws Exception {
    try (Tokenizer tokenizer = Tokenizer.load(file("byte_level.json"))) {
      int[] ids = tokenizer.encode("龘☃");
      assertEquals(6, ids.length);
      DecodeStream stream = tokenizer.stream();
      assertEquals("", stream.append(ids[0]));
      assertEquals("", stream.append(ids[1]));
      assertEquals("龘", stream.append(ids[2]));
      assertEquals("", stream.append(ids[3], ids[4]));
      assertEquals("☃", stream.append(ids[5]));
      assertEquals("", stream.finish());
      assertEquals(1, tokenizer.bytes(ids[0]).length);
      assertTrue(tokenizer.isSpecial(tokenizer.id("<|end|>")));
      assertFalse(tokenizer.isSpecial(tokenizer.id("春<tool>")));
      assertEquals(0, tokenizer.bytes(tokenizer.id("<|end|>")).length);
      assertEquals(0, tokenizer.bytes(1 << 30).length);
    }
  }

  private static String streamed(Tokenizer tokenizer, int before, int... ids) {
    DecodeStream stream = tokenizer.stream(Arrays.copyOf(ids, before));
    StringBuilder text = new StringBuilder();
    for (int i = before; i < ids.length; i++) {
      text.append(stream.append(ids[i]));
    }
    return text.append(stream.finish()).toString();
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }

  private static Path file(String name) throws IOException, URISyntaxException {
    return Path.of(DecodeStreamTest.class.getResource(name).toURI());
  }
}
