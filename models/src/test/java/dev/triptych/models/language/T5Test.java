package dev.triptych.models.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Hugging Face transformers: src/test/golden/t5/make_golden.py made what is compared. */
class T5Test {

  static final Path GOLDEN = Path.of("src/test/golden/t5");
  private static final Placement FLOAT = Placement.of("cpu", "float32");
  static final int[] START = {0};

  static LanguageModel load(Path folder) throws IOException {
    return LanguageModels.load(folder, FLOAT);
  }

  static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve(name + "/golden.json").toFile());
  }

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

  private static int[] joined(int[] a, int... b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /** Continues every row greedily, all rows at once. */
  static int[][] greedy(Continuation rows, int count) {
    int[][] starts = new int[rows.rows()][];
    Arrays.fill(starts, START);
    int[][] ids = new int[rows.rows()][count];
    float[][] logits = rows.prefill(starts);
    for (int i = 0; i < count; i++) {
      int[] next = Arrays.stream(logits).mapToInt(T5Test::argmax).toArray();
      for (int row = 0; row < next.length; row++) {
        ids[row][i] = next[row];
      }
      logits = rows.step(next); // the cache grows on the way
    }
    return ids;
  }

  private static float logProbability(float[] logits, int id) {
    double most = logits[argmax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return (float) (logits[id] - most - Math.log(sum));
  }

  private static float[] logProbabilities(LanguageModel t5, int[] source, int[] ids) {
    try (Continuation row = t5.open(source)) {
      float[][] logits = row.read(joined(START, Arrays.copyOf(ids, ids.length - 1)));
      float[] all = new float[ids.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = logProbability(logits[i], ids[i]);
      }
      return all;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "flan-t5", "gated-tied", "mt5", "untied"})
  void givesTheTokensAndLogitsOfTransformers(String name) throws IOException {
    try (LanguageModel t5 = load(GOLDEN.resolve(name))) {
      for (JsonNode prompt : golden(name).get("prompts")) {
        int[] source = ints(prompt.get("source"));
        int[] ids = ints(prompt.get("greedy"));
        JsonNode expected = prompt.get("float32");
        assertTrue(Arrays.stream(ids).distinct().count() >= 20);
        try (Continuation row = t5.open(source)) {
          assertArrayEquals(ids, greedy(row, 64)[0]);
          assertEquals(65, row.length(0));
        }
        try (Continuation row = t5.open(source)) {
          assertArrayEquals(floats(expected.get("first_logits")), row.prefill(START)[0], 1e-4f);
          assertArrayEquals(floats(expected.get("last_logits")), row.prefill(ids)[0], 1e-4f);
        }
        assertArrayEquals(
            floats(expected.get("log_probabilities")), logProbabilities(t5, source, ids), 1e-4f);
      }
      assertTrue(t5.encoderDecoder());
      assertEquals(name.equals("mt5") ? "mt5" : "t5", t5.modelType());
    }
  }

  /** In 16 bits a cast elsewhere turns a near tie, so the ids are given and the odds compared. */
  @ParameterizedTest
  @ValueSource(strings = {"t5", "flan-t5", "gated-tied", "mt5", "untied"})
  void staysAsNearInSixteenBitsAsTransformersItself(String name) throws IOException {
    for (String dtype : List.of("bfloat16", "float16")) {
      try (LanguageModel t5 =
          LanguageModels.load(GOLDEN.resolve(name), Placement.of("cpu", dtype))) {
        double theirs = 0;
        double ours = 0;
        for (JsonNode prompt : golden(name).get("prompts")) {
          float[] exact = floats(prompt.get("float32").get("log_probabilities"));
          theirs += squares(floats(prompt.get(dtype).get("log_probabilities")), exact);
          ours +=
              squares(
                  logProbabilities(t5, ints(prompt.get("source")), ints(prompt.get("greedy"))),
                  exact);
        }
        assertTrue(
            Math.sqrt(ours) < 1.3 * Math.sqrt(theirs) + 0.01,
            dtype + ": " + Math.sqrt(ours) + " against " + Math.sqrt(theirs));
        assertEquals(dtype.equals("float16"), t5.privateBytes() > 0);
        assertTrue(t5.mappedBytes() > 0);
      }
    }
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  @Test
  void rowsSideBySideAreEachAsAlone() throws IOException {
    for (String name : List.of("flan-t5", "mt5")) {
      List<int[]> sources = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      for (JsonNode prompt : golden(name).get("prompts")) {
        sources.add(ints(prompt.get("source")));
        expected.add(ints(prompt.get("greedy")));
      }
      try (LanguageModel t5 = load(GOLDEN.resolve(name));
          Continuation rows = t5.open(sources.toArray(new int[0][]))) {
        assertArrayEquals(expected.toArray(new int[0][]), greedy(rows, 64));
      }
    }
  }

  @Test
  void rowsOfDifferentLengthsAreEachAsAlone() throws IOException {
    try (LanguageModel t5 = load(GOLDEN.resolve("t5"));
        Continuation rows = t5.open(new int[] {5, 6, 7}, new int[] {8}, new int[] {9, 10})) {
      Random random = new Random(1);
      int[][] ids = new int[3][];
      for (int row = 0; row < 3; row++) {
        ids[row] = random.ints(new int[] {3, 700, 40}[row], 0, 96).toArray(); // pieces of prefill
      }
      float[][] first = rows.prefill(ids);
      rows.rewind(1, 20);
      float[][] second = rows.prefill(new int[] {1, 2}, new int[] {3}, new int[] {4, 5, 6});
      assertArrayEquals(new int[] {5, 21, 43}, IntStream.range(0, 3).map(rows::length).toArray());
      int[][] sources = {{5, 6, 7}, {8}, {9, 10}};
      int[][] after = {{1, 2}, {3}, {4, 5, 6}};
      for (int row = 0; row < 3; row++) {
        try (Continuation alone = t5.open(sources[row])) {
          assertArrayEquals(alone.prefill(ids[row])[0], first[row], 1e-4f);
          alone.rewind(0, row == 1 ? 20 : ids[row].length);
          assertArrayEquals(alone.prefill(after[row])[0], second[row], 1e-4f);
        }
      }
      assertThrows(IllegalStateException.class, () -> rows.read(1));
      assertThrows(IllegalArgumentException.class, () -> rows.rewind(0, 6));
    }
  }

  @Test
  void selectedAndBranchedRowsGoOnAsTheirOrigins() throws IOException {
    try (LanguageModel t5 = load(GOLDEN.resolve("flan-t5"));
        Continuation rows = t5.open(new int[] {5, 6, 7}, new int[] {8})) {
      rows.select(1, 0, 0); // before anything was read
      rows.prefill(START, START, joined(START, 30));
      rows.step(11, 12, 13);
      try (Continuation kept = rows.branch(2, 0)) {
        rows.select(2, 1, 0, 2); // beams of the same sources
        rows.step(1, 1, 1, 1);
        rows.select(1, 0, 3, 2);
        int[][] sources = {{5, 6, 7}, {5, 6, 7}, {5, 6, 7}, {8}};
        int[][] before = {{0, 12, 1}, {0, 30, 13, 1}, {0, 30, 13, 1}, {0, 11, 1}};
        float[][] logits = rows.step(20, 21, 22, 23);
        for (int row = 0; row < 4; row++) {
          try (Continuation alone = t5.open(sources[row])) {
            assertArrayEquals(alone.prefill(joined(before[row], 20 + row))[0], logits[row], 1e-4f);
            assertEquals(alone.length(0), rows.length(row));
          }
        }
        float[][] branched = kept.step(40, 41);
        assertEquals(4, kept.length(0));
        try (Continuation alone = t5.open(new int[] {5, 6, 7})) {
          assertArrayEquals(alone.prefill(new int[] {0, 30, 13, 40})[0], branched[0], 1e-4f);
        }
      }
      assertThrows(IllegalArgumentException.class, () -> rows.select(4));
      assertThrows(IllegalArgumentException.class, () -> rows.select());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16", "float16"})
  void givesTheSameBytesAloneAndBesideOthers(String dtype) throws Exception {
    int programs = Torch.openPrograms();
    int tensors = Torch.openTensors();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (LanguageModel t5 = LanguageModels.load(GOLDEN.resolve("t5"), Placement.of("cpu", dtype))) {
      Callable<List<float[]>> continuation =
          () -> {
            List<float[]> all = new ArrayList<>();
            try (Continuation row = t5.open(new int[] {3, 1, 4, 1, 5})) {
              all.add(row.prefill(START)[0]);
              for (int i = 0; i < 20; i++) {
                all.add(row.step(argmax(all.get(all.size() - 1)))[0]);
              }
            }
            return all;
          };
      List<float[]> alone = continuation.call();
      List<Future<List<float[]>>> results = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
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
  void endsTheSourceAsItsTokenizerSays() throws IOException {
    for (String name : List.of("t5", "mt5")) {
      JsonNode golden = golden(name);
      try (LanguageModel t5 = load(GOLDEN.resolve(name))) {
        String text = golden.get("text").asText();
        int[] ids = t5.tokenizer().encodeWithSpecialTokens(text);
        assertArrayEquals(ints(golden.get("text_ids")), ids);
        assertEquals(1, ids[ids.length - 1]);
        assertEquals(golden.get("text_back").asText(), t5.tokenizer().decode(ids));
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    try (LanguageModel t5 = load(GOLDEN.resolve("t5"));
        Continuation row = t5.open(new int[] {5})) {
      assertThrows(UnsupportedOperationException.class, () -> t5.open(1));
      assertThrows(IllegalArgumentException.class, () -> t5.open());
      assertThrows(IllegalArgumentException.class, () -> t5.open(new int[0]));
      assertThrows(IllegalArgumentException.class, () -> t5.open(new int[] {96}));
      assertThrows(IllegalArgumentException.class, () -> t5.open(new int[4097]));
      assertThrows(IllegalArgumentException.class, () -> row.prefill(new int[0]));
      assertThrows(IllegalArgumentException.class, () -> row.prefill(START, START));
      assertThrows(IllegalArgumentException.class, () -> row.step(-1));
      row.close();
      row.close();
      assertThrows(IllegalStateException.class, () -> row.step(1));
    }
  }
}
