package dev.triptych.models.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices rounded to int8, against the same model in float32. */
class Int8Test {

  private static final Placement FLOAT = Placement.of("cpu", "float32");
  private static final Placement BRAIN = Placement.of("cpu", "bfloat16");
  private static final Placement INT8 = Placement.of("cpu", "int8");

  @TempDir Path folder;

  private static float[][] read(LanguageModel model, int[] ids) {
    try (Continuation text = model.open(1)) {
      return text.read(ids);
    }
  }

  private static float[][] stepped(LanguageModel model, int[] ids) {
    try (Continuation text = model.open(1)) {
      float[][] logits = new float[ids.length][];
      for (int i = 0; i < ids.length; i++) {
        logits[i] = text.step(ids[i])[0];
      }
      return logits;
    }
  }

  private static double apart(float[][] a, float[][] b) {
    double sum = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
        size += b[i][j] * b[i][j];
      }
    }
    return Math.sqrt(sum / size);
  }

  /**
   * Widths that the kernel multiplies (32) and such that it does not (40, 48); many rows, or one.
   */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-odd", "qwen2", "gemma3", "phi3", "gpt2", "gpt_neox"})
  void staysNearFloat32(String name) throws IOException {
    Path written = GoldenModel.read(name).write(folder, Dtype.BF16, 1);
    int[] ids = new SplittableRandom(1).ints(40, 0, 96).toArray();
    try (LanguageModel exact = LanguageModels.load(written, FLOAT);
        LanguageModel brain = LanguageModels.load(written, BRAIN);
        LanguageModel int8 = LanguageModels.load(written, INT8)) {
      float[][] expected = read(exact, ids);
      double ofBrain = apart(read(brain, ids), expected);
      double ofRead = apart(read(int8, ids), expected);
      double ofSteps = apart(stepped(int8, ids), expected);
      double most = 3 * ofBrain + 0.03;
      assertTrue(ofRead > 1e-4 && ofRead < most, ofRead + " read, bfloat16 " + ofBrain);
      assertTrue(ofSteps > 1e-4 && ofSteps < most, ofSteps + " by steps, bfloat16 " + ofBrain);
      assertTrue(int8.privateBytes() > int8.mappedBytes() / 4, int8.privateBytes() + " bytes");
      assertTrue(int8.privateBytes() < int8.mappedBytes(), int8.privateBytes() + " bytes");
    }
  }

  @Test
  void givesEachRowOfABatchWhatItGetsAlone() throws IOException {
    Path written = GoldenModel.read("llama").write(folder, Dtype.BF16, 1);
    try (LanguageModel model = LanguageModels.load(written, INT8);
        Continuation batch = model.open(3)) {
      int[][] prompts = {{5, 6, 7}, {8, 9, 10, 11, 12}, {13}};
      batch.prefill(prompts);
      float[][] logits = batch.step(1, 2, 3);
      for (int row = 0; row < 3; row++) {
        int[] ids = Arrays.copyOf(prompts[row], prompts[row].length + 1);
        ids[ids.length - 1] = row + 1;
        float[][] alone = stepped(model, ids);
        double apart = apart(new float[][] {logits[row]}, new float[][] {alone[ids.length - 1]});
        assertTrue(apart < 0.05, "row " + row + ": " + apart);
      }
    }
  }

  @Test
  void isRefusedWhereItIsNotComputed() {
    Path t5 = Path.of("src/test/golden/t5/t5");
    for (Placement placement : new Placement[] {INT8, Placement.of("cuda:0", "int8")}) {
      String problem =
          assertThrows(IllegalArgumentException.class, () -> LanguageModels.load(t5, placement))
              .getMessage();
      assertTrue(problem.contains("int8"), problem);
    }
    String problem =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    LanguageModels.load(
                        GoldenModel.read("llama").write(folder, Dtype.F32, 1),
                        Placement.of("cuda:0", "int8")))
            .getMessage();
    assertTrue(problem.contains("cpu"), problem);
  }

  @Test
  void stopsLoadingWhenInterrupted() throws IOException {
    Path written = GoldenModel.read("llama").write(folder, Dtype.F32, 1);
    int programs = Torch.openPrograms();
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedIOException.class, () -> load(written));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(programs, Torch.openPrograms());
  }

  /** The folder's small files are read first, which an interrupted thread may not do. */
  private static void load(Path folder) throws IOException {
    try (LanguageModel model = LanguageModels.load(folder, INT8)) {
      assertTrue(model.privateBytes() > 0);
    } catch (java.nio.channels.ClosedByInterruptException e) {
      throw (InterruptedIOException) new InterruptedIOException("before the layers").initCause(e);
    }
  }
}
