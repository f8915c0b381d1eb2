package dev.triptych.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged tokenizer.json files: some of them would end the Java process in native code. */
class MutatedTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] KINDS = {
    "byte_level", "llama2", "gemma", "unigram", "word_piece", "no_decoder", "end_of_word"
  };
  private static final String[] ODD = {
    "null",
    "-1",
    "0",
    "999999999",
    "4294967296",
    "1e300",
    "\"\"",
    "\"a\"",
    "\"\\u0000\"",
    "[]",
    "{}",
    "true",
    "[1,2]",
    "{\"a\":1}",
    "\"(((((\"",
    "\"[\"",
    "\"<0x41>\"",
    "\"ByteLevel\"",
    "\"Unigram\"",
    "\"Sequence\"",
    "[[\"a\",-1.5]]",
    "18446744073709551615"
  };

  @TempDir Path folder;

  @Test
  void endInOneSentenceAndNeverInNativeCode() throws IOException {
    Random random = new Random(21);
    Path file = folder.resolve("tokenizer.json");
    int refused = 0;
    for (int i = 0; i < 700; i++) {
      JsonNode json = json(KINDS[random.nextInt(KINDS.length)]);
      for (int edit = 0; edit <= random.nextInt(2); edit++) {
        mutate(json, random);
      }
      Files.writeString(file, JSON.writeValueAsString(json));
      try (Tokenizer tokenizer = Tokenizer.load(file)) {
        for (String text : List.of("春风 the spring", "", "a <|end|> b\n\n  x", "ж龘😀")) {
          int[] ids = tokenizer.encodeWithSpecialTokens(text);
          DecodeStream stream = tokenizer.stream();
          assertEquals(tokenizer.decode(ids), stream.append(ids) + stream.finish());
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("tokenizer.json"), e.getMessage());
        refused++;
      } catch (IllegalArgumentException e) { // of a text with a character that it does not know
        assertTrue(e.getMessage().startsWith("the tokenizer cannot read"), e.getMessage());
      }
    }
    assertTrue(refused > 200 && refused < 650, refused + " refused");
  }

  @Test
  void whatWouldPanicIsNamed() throws IOException {
    ObjectNode template = (ObjectNode) json("gemma");
    ((ObjectNode) template.path("post_processor")).putObject("special_tokens");
    refused(template, "which it does not define");

    ObjectNode prefixed = (ObjectNode) json("llama2");
    ((ObjectNode) prefixed.path("model")).put("continuing_subword_prefix", "春春春");
    refused(prefixed, "lacks the prefix");

    ObjectNode charsmap = (ObjectNode) json("unigram");
    charsmap
        .putObject("normalizer")
        .put("type", "Precompiled")
        .put("precompiled_charsmap", "BAAAAP////8A");
    refused(charsmap, "precompiled_charsmap");

    ObjectNode unknown = (ObjectNode) json("unigram");
    ((ObjectNode) unknown.path("model")).put("unk_id", 4000);
    refused(unknown, "unk_id");

    Path twice = folder.resolve("twice.json");
    String text = json("gemma").toString();
    Files.writeString(
        twice, text.replace("\"decoder\":{", "\"decoder\":{\"type\":\"BPEDecoder\","));
    String message = assertThrows(IOException.class, () -> Tokenizer.load(twice)).getMessage();
    assertTrue(message.contains("twice.json") && message.contains("names something"), message);

    Path infinite = folder.resolve("infinite.json");
    Files.writeString(infinite, text.replace("\"decoder\":{", "\"decoder\":{\"start\":1e999,"));
    message = assertThrows(IOException.class, () -> Tokenizer.load(infinite)).getMessage();
    assertTrue(message.contains("start has the number"), message);

    Path file = folder.resolve("deep.json");
    Files.writeString(file, "[".repeat(100_000));
    assertThrows(IOException.class, () -> Tokenizer.load(file));
  }

  private void refused(JsonNode json, String why) throws IOException {
    Path file = folder.resolve("one.json");
    Files.writeString(file, JSON.writeValueAsString(json));
    String message = assertThrows(IOException.class, () -> Tokenizer.load(file)).getMessage();
    assertTrue(message.contains(why), message);
  }

  private static JsonNode json(String kind) throws IOException {
    return JSON.readTree(MutatedTokenizerTest.class.getResource(kind + ".json"));
  }

  /** Removes, renames, doubles or replaces something, more often near the root. */
  private static void mutate(JsonNode root, Random random) throws IOException {
    JsonNode at = root;
    while (!at.isEmpty()) {
      List<Object> keys = new ArrayList<>();
      at.fieldNames().forEachRemaining(keys::add);
      for (int i = 0; at.isArray() && i < at.size(); i++) {
        keys.add(i);
      }
      Object key = keys.get(random.nextInt(keys.size()));
      JsonNode child = key instanceof String name ? at.get(name) : at.get((Integer) key);
      if (!child.isEmpty() && random.nextInt(5) > 0) {
        at = child;
        continue;
      }
      JsonNode odd = JSON.readTree(ODD[random.nextInt(ODD.length)]);
      int how = random.nextInt(4);
      if (at instanceof ObjectNode object) {
        JsonNode value = how < 2 ? object.remove((String) key) : odd;
        if (how > 0) {
          object.set(how == 1 ? key + "x" : (String) key, value);
        }
      } else if (at instanceof ArrayNode array) {
        int index = (Integer) key;
        if (how == 0) {
          array.remove(index);
        } else if (how == 1) {
          array.add(child.deepCopy());
        } else {
          array.set(index, odd);
        }
      }
      return;
    }
  }
}
