package dev.triptych.models.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture against Hugging Face transformers: src/test/golden/language/make.py. */
class LanguageModelsTest {

  private static final Placement FLOAT = Placement.of("cpu", "float32");
  private static final float TOLERANCE = 1e-4f;

  @TempDir Path folder;

  static List<String> names() throws IOException {
    return GoldenModel.names();
  }

  private static int argmax(float[] numbers) {
    return IntStream.range(0, numbers.length)
        .reduce((a, b) -> numbers[b] > numbers[a] ? b : a)
        .orElseThrow();
  }

  /** After prompts of 1, 9 and 600 tokens: the logits, 64 greedy tokens, and the logits then. */
  @ParameterizedTest
  @MethodSource("names")
  void givesTheTokensAndLogitsOfTransformers(String name) throws IOException {
    GoldenModel golden = GoldenModel.read(name);
    try (LanguageModel model = LanguageModels.load(golden.write(folder, Dtype.F32, 1), FLOAT)) {
      for (GoldenModel.Answer answer : golden.answers()) {
        try (Continuation text = model.open(1)) {
          float[] logits = text.prefill(answer.prompt())[0];
          assertArrayEquals(answer.first(), logits, TOLERANCE);
          int[] ids = new int[64];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = argmax(logits);
            logits = text.step(ids[i])[0];
          }
          assertArrayEquals(answer.ids(), ids);
          assertTrue(Arrays.stream(ids).distinct().count() >= 20);
          assertArrayEquals(answer.last(), logits, TOLERANCE);
        }
      }
    }
  }
}
