package dev.triptych.models.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of a T5 that are damaged, in shards, or name their weights otherwise. */
class T5FoldersTest {

  @TempDir Path folder;

  private String copied(String name) throws IOException {
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(T5Test.GOLDEN.resolve(name).resolve(file), folder.resolve(file));
    }
    return Files.readString(folder.resolve("config.json"));
  }

  @Test
  void saysWhichFileDoesNotFit() throws IOException {
    String good = copied("t5");
    Path config = folder.resolve("config.json");
    for (String bad :
        List.of(
            good.replace("\"d_model\": 32", "\"d_model\": 48"),
            good.replace("\"num_layers\": 2", "\"num_layers\": 4"),
            good.replace("\"num_decoder_layers\": 3", "\"num_decoder_layers\": 4"),
            good.replace("\"is_gated_act\": false", "\"is_gated_act\": true"),
            good.replace("\"dense_act_fn\": \"relu\"", "\"dense_act_fn\": \"tanh\""),
            good.replace("\"feed_forward_proj\": \"relu\"", "\"feed_forward_proj\": \"a-b-c\""),
            good.replace("max_distance\": 20", "max_distance\": 4"),
            good.replace("\"vocab_size\": 96", "\"vocab_size\": 1e99"),
            good.replace("\"d_kv\"", "\"tie_word_embeddings\": false, \"d_kv\""),
            good.replace("\"model_type\": \"t5\"", "\"model_type\": \"umt5\""),
            good.substring(0, good.length() / 2))) {
      assertTrue(!bad.equals(good) || bad.length() < good.length());
      Files.writeString(config, bad);
      IOException e = assertThrows(IOException.class, () -> T5Test.load(folder), bad);
      assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
    }
    Files.writeString(config, good);
    Files.delete(folder.resolve("tokenizer.json"));
    try (LanguageModel t5 = T5Test.load(folder)) { // ids alone need no tokenizer
      assertThrows(UncheckedIOException.class, t5::tokenizer);
    }
  }

  @Test
  void mutatedConfigsEndInASentenceOrAModel() throws IOException {
    String good = copied("gated-tied");
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      StringBuilder text = new StringBuilder(good);
      text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
      Files.writeString(folder.resolve("config.json"), text);
      try (LanguageModel t5 = T5Test.load(folder);
          Continuation row = t5.open(new int[] {1})) {
        row.prefill(T5Test.START);
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
      }
    }
    assertTrue(refused > 20, refused + " refused");
  }

  @Test
  void readsShardsAndOtherNamesOfTheEmbedding() throws IOException {
    copied("flan-t5");
    int[] source = {5, 6, 7};
    int[][] expected;
    try (LanguageModel t5 = T5Test.load(folder);
        Continuation row = t5.open(source)) {
      expected = T5Test.greedy(row, 32);
    }
    Safetensors whole = Safetensors.open(folder.resolve("model.safetensors"));
    SafetensorsWriter[] shards = {new SafetensorsWriter(), new SafetensorsWriter()};
    StringBuilder map = new StringBuilder();
    int i = 0;
    for (Safetensors.Entry entry : whole.entries().values()) {
      String name = entry.name().replace("shared.weight", "decoder.embed_tokens.weight");
      shards[i % 2].add(name, Dtype.BF16, whole.floats(entry.name()), entry.shape());
      map.append(i == 0 ? "" : ",").append('"').append(name).append("\":\"shard-");
      map.append(i++ % 2).append(".safetensors\"");
    }
    Files.delete(folder.resolve("model.safetensors"));
    shards[0].write(folder.resolve("shard-0.safetensors"));
    shards[1].write(folder.resolve("shard-1.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
    try (LanguageModel t5 = T5Test.load(folder);
        Continuation row = t5.open(source)) {
      assertArrayEquals(expected, T5Test.greedy(row, 32));
    }
  }
}
