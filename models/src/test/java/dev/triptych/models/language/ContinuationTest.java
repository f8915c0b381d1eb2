package dev.triptych.models.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows side by side, branched, rewound and read in pieces, against rows read alone. */
class ContinuationTest {

  private static final Placement FLOAT = Placement.of("cpu", "float32");
  private static final float TOLERANCE = 2e-4f; // ours against ours, each rounded on its own way

  @TempDir Path folder;

  static List<String> names() throws IOException {
    return GoldenModel.names();
  }

  private LanguageModel model(String name) throws IOException {
    return LanguageModels.load(GoldenModel.read(name).write(folder, Dtype.F32, 1), FLOAT);
  }

  private static int[] ids(int count, long seed) {
    return new SplittableRandom(seed).ints(count, 0, 96).toArray();
  }

  private static float[] alone(LanguageModel model, int[]... parts) {
    try (Continuation text = model.open(1)) {
      float[] logits = null;
      for (int[] part : parts) {
        logits = text.prefill(new int[][] {part})[0];
      }
      return logits;
    }
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** Short prompts are read together and masked, long ones one after another. */
  @ParameterizedTest
  @MethodSource("names")
  void givesEachRowOfABatchWhatItGetsAlone(String name) throws IOException {
    try (LanguageModel model = model(name)) {
      int[][] prompts = {ids(3, 1), ids(70, 2), ids(1, 3), ids(20, 4)};
      try (Continuation batch = model.open(4)) {
        float[][] logits = batch.prefill(prompts);
        for (int row = 0; row < 4; row++) {
          assertArrayEquals(alone(model, prompts[row]), logits[row], TOLERANCE);
        }
        for (int step = 0; step < 6; step++) {
          logits = batch.step(5, 6 + step, 7, 8);
        }
        int[] last = {6, 7, 8, 9, 10, 11};
        try (Continuation one = model.open(1)) {
          float[] found = one.prefill(new int[][] {prompts[1]})[0];
          for (int id : last) {
            found = one.step(id)[0];
          }
          assertArrayEquals(found, logits[1], TOLERANCE);
        }
        assertEquals(76, batch.length(1));
        int[][] more = {ids(300, 5), ids(2, 6), ids(40, 7), ids(200, 8)};
        logits = batch.prefill(more); // too much to fill up: one row after another
        float[] first = alone(model, joined(prompts[0], new int[] {5, 5, 5, 5, 5, 5}), more[0]);
        if (!name.contains("dynamic")) { // whose keys stay as they were turned
          assertArrayEquals(first, logits[0], TOLERANCE);
        }
        assertTrue(Float.isFinite(logits[3][0]));
      }
    }
  }

  /** In 16 bits the fused kernel attends under a mask, part of which hides whole blocks of keys. */
  @ParameterizedTest
  @ValueSource(strings = {"mistral", "gemma3", "qwen2", "gpt_neox"})
  void masksRowsOfVeryDifferentLengthsInSixteenBits(String name) throws IOException {
    Path written = GoldenModel.read(name).write(folder, Dtype.BF16, 1);
    try (LanguageModel model = LanguageModels.load(written, Placement.of("cpu", "bfloat16"));
        Continuation batch = model.open(2)) {
      int[][] prompts = {ids(5, 31), ids(1000, 32)};
      batch.prefill(prompts);
      float[][] logits = batch.step(1, 2);
      for (int row = 0; row < 2; row++) {
        float[] alone = alone(model, prompts[row], new int[] {row + 1});
        double size = 0;
        double apart = 0;
        for (int i = 0; i < alone.length; i++) {
          size += alone[i] * alone[i];
          apart += (alone[i] - logits[row][i]) * (alone[i] - logits[row][i]);
        }
        assertTrue(Math.sqrt(apart / size) < 0.05, "row " + row + ": " + Math.sqrt(apart / size));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void cachedStepsEqualOnePrefill(String name) throws IOException {
    int[] ids = ids(45, 11); // a dynamic rope stretches from 33 on, so that pieces differ
    int count = name.contains("dynamic") ? 30 : 45;
    ids = Arrays.copyOf(ids, count);
    try (LanguageModel model = model(name);
        Continuation steps = model.open(1);
        Continuation whole = model.open(1);
        Continuation pieces = model.open(1)) {
      float[][] every = whole.read(ids);
      for (int i = 0; i < count; i++) {
        assertArrayEquals(every[i], steps.step(ids[i])[0], TOLERANCE, "token " + i);
      }
      pieces.prefill(new int[][] {Arrays.copyOf(ids, 13)});
      float[][] rest = pieces.read(Arrays.copyOfRange(ids, 13, 17));
      assertArrayEquals(every[16], rest[3], TOLERANCE);
      assertArrayEquals(every[13], rest[0], TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gpt2", "phi3-longrope"})
  void selectsBranchesAndRewinds(String name) throws IOException {
    int tensors = Torch.openTensors();
    try (LanguageModel model = model(name);
        Continuation text = model.open(2)) {
      int[] a = ids(60, 21); // a longrope turns otherwise from 65 on
      int[] b = ids(62, 22);
      text.prefill(a, b);
      int[] more = ids(8, 23);
      try (Continuation branch = text.branch(1, 0, 1)) {
        float[][] logits = branch.prefill(more, more, ids(3, 24));
        assertArrayEquals(alone(model, joined(b, more)), logits[0], TOLERANCE);
        assertArrayEquals(alone(model, joined(a, more)), logits[1], TOLERANCE);
        assertArrayEquals(alone(model, joined(b, ids(3, 24))), logits[2], TOLERANCE);
        branch.rewind(0, 61);
        assertArrayEquals(
            alone(model, joined(Arrays.copyOf(b, 61), new int[] {9})),
            branch.step(9, 10, 11)[0],
            TOLERANCE);
      }
      assertEquals(62, text.length(1));
      text.select(1, 1, 0);
      assertEquals(3, text.rows());
      float[][] logits = text.step(1, 2, 3);
      assertArrayEquals(alone(model, joined(b, new int[] {1})), logits[0], TOLERANCE);
      assertArrayEquals(alone(model, joined(b, new int[] {2})), logits[1], TOLERANCE);
      assertArrayEquals(alone(model, joined(a, new int[] {3})), logits[2], TOLERANCE);
      text.rewind(2, 0);
      logits = text.step(1, 2, 7);
      assertArrayEquals(alone(model, new int[] {7}), logits[2], TOLERANCE);
      assertThrows(IllegalArgumentException.class, () -> text.rewind(2, 2));
      assertThrows(IllegalArgumentException.class, () -> text.select(3));
      assertThrows(IllegalArgumentException.class, () -> text.select());
      assertThrows(IllegalStateException.class, () -> text.read(1));
    }
    assertEquals(tensors, Torch.openTensors());
  }

  @Test
  void refusesWhatNoRowCanHold() throws IOException {
    try (LanguageModel model = model("gpt2");
        Continuation text = model.open(1)) {
      assertEquals(700, model.contextLength());
      assertThrows(IllegalArgumentException.class, () -> text.prefill(new int[][] {{}}));
      assertThrows(IllegalArgumentException.class, () -> text.step(96));
      assertThrows(IllegalArgumentException.class, () -> text.step(-1));
      assertThrows(IllegalArgumentException.class, () -> text.step(1, 2));
      text.prefill(new int[][] {ids(700, 1)});
      String problem =
          assertThrows(IllegalArgumentException.class, () -> text.step(1)).getMessage();
      assertTrue(problem.contains("701") && problem.contains("700"), problem);
      assertThrows(IllegalArgumentException.class, () -> model.open(0));
      assertThrows(UnsupportedOperationException.class, () -> model.open(new int[] {1}));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2, float32", "gemma2, float32", "gpt_neox, float32",
    "llama, bfloat16", "gpt2, bfloat16", "llama, int8"
  })
  void givesTheSameBytesAloneAndBesideOthers(String name, String dtype) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Path written = GoldenModel.read(name).write(folder, Dtype.BF16, 1);
    try (LanguageModel model = LanguageModels.load(written, Placement.of("cpu", dtype))) {
      List<Callable<float[]>> jobs = new ArrayList<>();
      for (int job = 0; job < 8; job++) {
        int[] prompt = ids(5 + 7 * job, job);
        jobs.add(
            () -> {
              try (Continuation text = model.open(1)) {
                float[] logits = text.prefill(new int[][] {prompt})[0];
                for (int i = 0; i < 20; i++) {
                  logits = text.step(i + (int) Math.abs(logits[3]) % 40)[0];
                }
                return logits;
              }
            });
      }
      List<float[]> alone = new ArrayList<>();
      for (Callable<float[]> job : jobs) {
        alone.add(job.call());
      }
      List<Future<float[]>> beside = threads.invokeAll(jobs);
      for (int job = 0; job < jobs.size(); job++) {
        assertArrayEquals(alone.get(job), beside.get(job).get());
      }
    } finally {
      threads.shutdown();
    }
  }
}
