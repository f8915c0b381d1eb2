package dev.triptych.models.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against Hugging Face transformers: src/test/golden/llama/make_golden.py made what is compared.
 */
class LlamaTest {

  private static final Path GOLDEN = Path.of("src/test/golden/llama");
  private static final Placement FLOAT = Placement.of("cpu", "float32");
  private static final Placement BRAIN = Placement.of("cpu", "bfloat16");

  private static int argmax(float[] numbers) {
    return IntStream.range(0, numbers.length)
        .reduce((a, b) -> numbers[b] > numbers[a] ? b : a)
        .orElseThrow();
  }

  private static int[] ints(JsonNode node) {
    return IntStream.range(0, node.size()).map(i -> node.get(i).asInt()).toArray();
  }

  private static float[] floats(JsonNode node) {
    float[] numbers = new float[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) node.get(i).asDouble();
    }
    return numbers;
  }

  private static int[] greedy(Llama llama, int[] prompt, int count) {
    try (Llama.Run run = llama.open()) {
      int[] ids = new int[count];
      float[] logits = run.prefill(prompt);
      for (int i = 0; i < count; i++) {
        ids[i] = argmax(logits);
        logits = run.step(ids[i]);
      }
      return ids;
    }
  }

  private static int[] joined(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "grouped", "wide"})
  void givesTheTokensAndLogitsOfTransformers(String name) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(GOLDEN.resolve(name + "/golden.json").toFile());
    int[] prompt = ints(golden.get("prompt"));
    try (Llama llama = Llama.load(GOLDEN.resolve(name), FLOAT)) {
      JsonNode expected = golden.get("float32");
      int[] ids = ints(expected.get("greedy"));
      assertArrayEquals(ids, greedy(llama, prompt, 64));
      assertTrue(Arrays.stream(ids).distinct().count() >= 20);
      float[] all = llama.logProbabilities(joined(prompt, ids));
      assertArrayEquals(floats(expected.get("log_probabilities")), all, 2e-4f);
      try (Llama.Run run = llama.open()) {
        assertArrayEquals(floats(expected.get("first_logits")), run.prefill(prompt), 2e-4f);
        assertArrayEquals(floats(expected.get("last_logits")), run.prefill(ids), 2e-4f);
      }
    }
  }

  /** In 16 bits a cast elsewhere turns a near tie, so the ids are given and the odds compared. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "grouped", "wide"})
  void staysAsNearInSixteenBitsAsTransformersItself(String name) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(GOLDEN.resolve(name + "/golden.json").toFile());
    JsonNode expected = golden.get("bfloat16");
    int[] ids = joined(ints(golden.get("prompt")), ints(expected.get("greedy")));
    try (Llama brain = Llama.load(GOLDEN.resolve(name), BRAIN);
        Llama exact = Llama.load(GOLDEN.resolve(name), FLOAT)) {
      float[] reference = exact.logProbabilities(ids);
      double theirs = rms(floats(expected.get("log_probabilities")), reference);
      double ours = rms(brain.logProbabilities(ids), reference);
      assertTrue(ours < 1.3 * theirs + 0.01, ours + " against " + theirs);
      assertTrue(brain.privateBytes() > 0 && brain.mappedBytes() > 0);
    }
  }

  private static double rms(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum / a.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16"})
  void cachedStepsEqualOnePrefill(String dtype) throws IOException {
    float tolerance = dtype.equals("float32") ? 2e-4f : 0.5f;
    try (Llama llama = Llama.load(GOLDEN.resolve("grouped"), Placement.of("cpu", dtype));
        Llama.Run steps = llama.open();
        Llama.Run whole = llama.open()) {
      int[] ids = new java.util.Random(1).ints(150, 0, 120).toArray();
      float[] last = steps.prefill(Arrays.copyOf(ids, 5));
      for (int i = 5; i < ids.length; i++) {
        last = steps.step(ids[i]); // the cache grows twice on the way
      }
      assertArrayEquals(whole.prefill(ids), last, tolerance);
      assertEquals(150, steps.length());
    }
  }

  @Test
  void rewindsToTheSameBytes() throws IOException {
    try (Llama llama = Llama.load(GOLDEN.resolve("grouped"), FLOAT);
        Llama.Run run = llama.open()) {
      run.prefill(1, 2, 3, 4);
      float[] first = run.step(5);
      run.step(6);
      run.step(7);
      run.rewind(4);
      assertArrayEquals(first, run.step(5));
      assertThrows(IllegalArgumentException.class, () -> run.rewind(6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16"})
  void givesTheSameBytesAloneAndBesideOthers(String dtype) throws Exception {
    int programs = Torch.openPrograms();
    int tensors = Torch.openTensors();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (Llama llama = Llama.load(GOLDEN.resolve("grouped"), Placement.of("cpu", dtype))) {
      Callable<List<float[]>> continuation =
          () -> {
            List<float[]> all = new ArrayList<>();
            try (Llama.Run run = llama.open()) {
              all.add(run.prefill(3, 1, 4, 1, 5));
              for (int i = 0; i < 40; i++) {
                all.add(run.step(argmax(all.get(all.size() - 1))));
              }
            }
            return all;
          };
      List<float[]> alone = continuation.call();
      List<Future<List<float[]>>> results = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        results.add(threads.submit(continuation));
      }
      for (Future<List<float[]>> result : results) {
        for (int i = 0; i < alone.size(); i++) {
          assertArrayEquals(alone.get(i), result.get().get(i));
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(programs, Torch.openPrograms());
    assertEquals(tensors, Torch.openTensors());
  }

  @Test
  void branchesContinueLikeRuns() throws IOException {
    try (Llama llama = Llama.load(GOLDEN.resolve("grouped"), FLOAT);
        Llama.Run run = llama.open()) {
      run.prefill(7, 8, 9);
      try (Branches branches = run.branch(3)) {
        float[][] last = null;
        for (int i = 0; i < 90; i++) { // the cache grows on the way
          last = branches.step(i, i + 10, i + 20);
        }
        assertEquals(93, branches.length());
        for (int branch = 0; branch < 3; branch++) {
          run.rewind(3);
          float[] alone = null;
          for (int i = 0; i < 90; i++) {
            alone = run.step(i + 10 * branch);
          }
          assertArrayEquals(alone, last[branch], 2e-4f);
        }
        branches.rewind(3);
        run.rewind(3);
        assertArrayEquals(run.step(50), branches.step(50, 60, 70)[0], 2e-4f);
        assertThrows(IllegalArgumentException.class, () -> branches.step(1, 2));
        assertThrows(IllegalArgumentException.class, () -> branches.step(1, 2, 120));
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    try (Llama llama = Llama.load(GOLDEN.resolve("plain"), FLOAT);
        Llama.Run run = llama.open()) {
      assertThrows(IllegalArgumentException.class, run::prefill);
      assertThrows(IllegalArgumentException.class, () -> run.step(96));
      assertThrows(IllegalArgumentException.class, () -> run.step(-1));
      assertThrows(IllegalArgumentException.class, () -> run.prefill(new int[161]));
      assertEquals(160, llama.contextLength());
    }
  }

  @TempDir Path folder;

  private Path copy() throws IOException {
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(GOLDEN.resolve("plain").resolve(file), folder.resolve(file));
    }
    return folder;
  }

  @Test
  void saysWhichFileDoesNotFit() throws IOException {
    copy();
    Path config = folder.resolve("config.json");
    String good = Files.readString(config);
    for (String bad :
        List.of(
            good.replace("\"hidden_size\": 32", "\"hidden_size\": 48"),
            good.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"),
            good.replace("\"num_key_value_heads\": 4", "\"num_key_value_heads\": 3"),
            good.replace("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\""),
            good.replace("\"vocab_size\": 96", "\"vocab_size\": -1"),
            good.substring(0, good.length() / 2))) {
      assertTrue(!bad.equals(good));
      Files.writeString(config, bad);
      IOException e = assertThrows(IOException.class, () -> Llama.load(folder, FLOAT));
      assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
    }
    Files.writeString(config, good);
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{\"a\":0}}}");
    assertThrows(IOException.class, () -> Llama.load(folder, FLOAT));
    Files.delete(folder.resolve("tokenizer.json"));
    assertThrows(IOException.class, () -> Llama.load(folder, FLOAT));
  }

  @Test
  void readsShards() throws IOException {
    copy();
    Safetensors whole = Safetensors.open(folder.resolve("model.safetensors"));
    SafetensorsWriter[] shards = {new SafetensorsWriter(), new SafetensorsWriter()};
    StringBuilder map = new StringBuilder();
    int i = 0;
    for (Safetensors.Entry entry : whole.entries().values()) {
      shards[i % 2].add(entry.name(), Dtype.BF16, whole.floats(entry.name()), entry.shape());
      map.append(i == 0 ? "" : ",").append('"').append(entry.name()).append("\":\"shard-");
      map.append(i++ % 2).append(".safetensors\"");
    }
    int[] expected;
    try (Llama llama = Llama.load(folder, FLOAT)) {
      expected = greedy(llama, new int[] {1, 2, 3}, 32);
    }
    Files.delete(folder.resolve("model.safetensors"));
    shards[0].write(folder.resolve("shard-0.safetensors"));
    shards[1].write(folder.resolve("shard-1.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
    try (Llama llama = Llama.load(folder, FLOAT)) {
      assertArrayEquals(expected, greedy(llama, new int[] {1, 2, 3}, 32));
    }
  }
}
