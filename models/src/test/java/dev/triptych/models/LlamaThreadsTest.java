package dev.triptych.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.pytorch.jni.JniUtils;
import dev.triptych.api.Placement;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder large enough that operators split their work, at several counts of threads. */
class LlamaThreadsTest {

  private static final LlamaConfig SHAPE =
      new LlamaConfig(3000, 256, 768, 2, 4, 2, 64, 512, 1e-5, 10000, true);

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : SHAPE.weights().entrySet()) {
      long[] shape = weight.getValue();
      float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      double scale = shape.length == 1 ? 0.1 : 1 / Math.sqrt(shape[1]);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) ((shape.length == 1 ? 1 : 0) + scale * random.nextGaussian());
      }
      writer.add(weight.getKey(), Dtype.BF16, numbers, shape);
    }
    writer.write(folder.resolve("model.safetensors"));
    SHAPE.write(folder, -1, -1);
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"version\":\"1.0\",\"added_tokens\":[],\"model\":{\"type\":\"WordLevel\","
            + "\"unk_token\":\"a\",\"vocab\":{\"a\":0}}}");
    Torch.start();
  }

  @AfterEach
  void restore() {
    JniUtils.setNumThreads(Runtime.getRuntime().availableProcessors());
  }

  private static List<float[]> continuation(String dtype, int threads) throws IOException {
    JniUtils.setNumThreads(threads);
    List<float[]> all = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(5);
    try (Llama llama = Llama.load(folder, Placement.of("cpu", dtype));
        Llama.Run run = llama.open()) {
      all.add(run.prefill(random.ints(150, 0, 3000).toArray()));
      for (int i = 0; i < 20; i++) {
        all.add(run.step(random.nextInt(3000)));
      }
      all.add(run.prefill(random.ints(40, 0, 3000).toArray()));
      all.add(llama.logProbabilities(random.ints(100, 0, 3000).toArray()));
      try (Continuation text = llama.model().open(3)) {
        int[] prompt = random.ints(40, 0, 3000).toArray();
        all.addAll(List.of(text.prefill(prompt, new int[] {1}, Arrays.copyOf(prompt, 17))));
        all.addAll(List.of(text.step(1, 2, 3)));
        text.select(2);
        all.addAll(List.of(text.read(1, 2, 3, 4)));
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16", "float16"})
  void givesTheSameBytesAtAnyCountOfThreads(String dtype) throws IOException {
    List<float[]> one = continuation(dtype, 1);
    for (int threads = 2; threads <= 3; threads++) {
      List<float[]> more = continuation(dtype, threads);
      for (int i = 0; i < one.size(); i++) {
        assertArrayEquals(one.get(i), more.get(i), "call " + i + ", " + threads + " threads");
      }
    }
  }

  @Test
  void holdsNoMoreAfterManyRuns() throws IOException {
    int tensors = Torch.openTensors();
    int managed = Torch.root().getManagedArrays().size();
    for (int load = 0; load < 3; load++) {
      try (Llama llama = Llama.load(folder, Placement.of("cpu", "bfloat16"))) {
        for (int i = 0; i < 20; i++) {
          try (Llama.Run run = llama.open()) {
            run.prefill(1, 2, 3);
            run.step(4);
          }
        }
      }
    }
    assertEquals(0, Torch.openTensors() - tensors);
    assertEquals(managed, Torch.root().getManagedArrays().size());
  }
}
