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
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders with a SentencePiece model only, against transformers' conversions. */
class SentencePieceTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"spiece-t5", "spiece-llama"})
  void readsTextsAsTransformersDoes(String name) throws Exception {
    JsonNode golden =
        new ObjectMapper()
            .readTree(SentencePieceTest.class.getResource("golden_sentencepiece.json"))
            .path("folders")
            .path(name);
    try (Tokenizer tokenizer = Tokenizer.load(folder(name).resolve("tokenizer.json"))) {
      assertEquals(golden.path("size").asInt(), tokenizer.size());
      assertArrayEquals(
          ids(golden.path("special")),
          IntStream.range(0, tokenizer.size()).filter(tokenizer::isSpecial).toArray());
      for (JsonNode row : golden.path("rows")) {
        String text = row.path("text").asText();
        assertArrayEquals(ids(row.path("ids")), tokenizer.encode(text), text);
        int[] all = tokenizer.encodeWithSpecialTokens(text);
        assertArrayEquals(ids(row.path("with_special")), all, text);
        assertEquals(row.path("decoded").asText(), tokenizer.decode(all), text);
        DecodeStream stream = tokenizer.stream();
        assertEquals(tokenizer.decode(all), stream.append(all) + stream.finish());
      }
    }
  }

  @Test
  void otherFamiliesAreToldWhatToDo() throws Exception {
    Files.copy(folder("spiece-llama").resolve("tokenizer.model"), temp.resolve("tokenizer.model"));
    Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"gemma2\"}");
    String message =
        assertThrows(IOException.class, () -> Tokenizer.load(temp.resolve("tokenizer.json")))
            .getMessage();
    assertTrue(message.contains("gemma2") && message.contains("save_pretrained"), message);
  }

  @Test
  void damagedModelsAreRefusedInOneSentence() throws Exception {
    Random random = new Random(9);
    int refused = 0;
    for (String name : new String[] {"spiece-t5/spiece.model", "spiece-llama/tokenizer.model"}) {
      Path source = folder(name);
      Path file = temp.resolve(source.getFileName());
      byte[] whole = Files.readAllBytes(source);
      Files.copy(
          source.resolveSibling("tokenizer_config.json"),
          temp.resolve("tokenizer_config.json"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      for (int i = 0; i < 150; i++) {
        byte[] bytes =
            i % 3 == 0
                ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length))
                : whole.clone();
        for (int edit = 0; edit < 3 && bytes.length > 0; edit++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        Files.write(file, bytes);
        try (Tokenizer tokenizer = Tokenizer.load(temp.resolve("tokenizer.json"))) {
          tokenizer.decode(tokenizer.encodeWithSpecialTokens("春风 the １２ spring\n"));
        } catch (IOException e) {
          assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
          refused++;
        } catch (IllegalArgumentException e) {
          assertTrue(e.getMessage().startsWith("the tokenizer cannot read"), e.getMessage());
        }
      }
      Files.delete(file);
    }
    assertTrue(refused > 100, refused + " refused");
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static Path folder(String name) throws Exception {
    return Path.of(SentencePieceTest.class.getResource(name).toURI());
  }
}
