package dev.triptych.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.llama.Branches;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Tokens a second of a decoder of the poem's size: the program in bfloat16 and float32 beside one
 * NDArray call an operator, on the same random weights.
 */
public final class DecodeSpeed {

  private static final int PROMPT = 32;
  private static final int STEPS = 128;
  private static final int ROUNDS = 5;
  private static final int BRANCHES = 8;
  private static final LlamaConfig SHAPE =
      new LlamaConfig(11000, 384, 1024, 6, 6, 3, 64, 256, 1e-5, 10000, true);

  private DecodeSpeed() {}

  /** One way to decode: reads the prompt, then steps; returns how long the steps took. */
  private interface Way {
    Cost measure(Path folder) throws IOException;
  }

  /** Seconds, by the clock and of all cores together. */
  private record Cost(double seconds, double cpuSeconds) {
    static Cost of(Runnable steps) {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = system.getProcessCpuTime();
      long start = System.nanoTime();
      steps.run();
      return new Cost((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
    }

    Cost best(Cost other) {
      return new Cost(Math.min(seconds, other.seconds), Math.min(cpuSeconds, other.cpuSeconds));
    }
  }

  /** Prints one table row a way; rounds take turns, so that a busy machine is as busy for all. */
  public static void main(String[] arguments) throws IOException {
    Torch.start();
    Path folder = Files.createTempDirectory("decode");
    try {
      write(folder);
      try (EagerLlama llama = new EagerLlama(folder, SHAPE.context())) {
        check(folder, llama);
      }
      Map<String, Way> ways = new LinkedHashMap<>();
      ways.put("NDArray calls, float32", DecodeSpeed::eager);
      ways.put("program, float32", f -> program(f, "float32"));
      ways.put("program, bfloat16", f -> program(f, "bfloat16"));
      ways.put("program, bfloat16, " + BRANCHES + " branches", DecodeSpeed::branched);
      Map<String, Cost> best = new LinkedHashMap<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (Map.Entry<String, Way> way : ways.entrySet()) {
          best.merge(way.getKey(), way.getValue().measure(folder), Cost::best);
        }
      }
      print(best);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void print(Map<String, Cost> best) {
    System.out.printf(
        "%d threads, %s, libtorch %s, best of %d, %d tokens after %d%n",
        Torch.threads(), Torch.instructionSet(), Torch.libtorch(), ROUNDS, STEPS, PROMPT);
    System.out.println("| way | tokens a second | ratio | tokens a CPU second | ratio |");
    System.out.println("|---|---|---|---|---|");
    Cost eager = best.values().iterator().next();
    best.forEach(
        (way, cost) -> {
          int tokens = way.endsWith("branches") ? BRANCHES * STEPS : STEPS;
          System.out.printf(
              "| %s | %.0f | %.2f | %.0f | %.2f |%n",
              way,
              tokens / cost.seconds(),
              tokens / cost.seconds() / (STEPS / eager.seconds()),
              tokens / cost.cpuSeconds(),
              tokens / cost.cpuSeconds() / (STEPS / eager.cpuSeconds()));
        });
  }

  private static Cost eager(Path folder) throws IOException {
    try (EagerLlama llama = new EagerLlama(folder, SHAPE.context())) {
      int[] id = {argmax(llama.read(prompt()))};
      return Cost.of(
          () -> {
            for (int i = 0; i < STEPS; i++) {
              id[0] = argmax(llama.read(id[0]));
            }
          });
    }
  }

  private static Cost program(Path folder, String dtype) throws IOException {
    try (Llama llama = Llama.load(folder, Placement.of("cpu", dtype));
        Llama.Run run = llama.open()) {
      int[] id = {argmax(run.prefill(prompt()))};
      return Cost.of(
          () -> {
            for (int i = 0; i < STEPS; i++) {
              id[0] = argmax(run.step(id[0]));
            }
          });
    }
  }

  private static Cost branched(Path folder) throws IOException {
    try (Llama llama = Llama.load(folder, Placement.of("cpu", "bfloat16"));
        Llama.Run run = llama.open()) {
      int[] ids = new int[BRANCHES];
      Arrays.fill(ids, argmax(run.prefill(prompt())));
      try (Branches branches = run.branch(BRANCHES)) {
        return Cost.of(
            () -> {
              for (int i = 0; i < STEPS; i++) {
                float[][] logits = branches.step(ids);
                Arrays.setAll(ids, branch -> argmax(logits[branch]));
              }
            });
      }
    }
  }

  /** Both ways must compute the same, or their speeds say nothing. */
  private static void check(Path folder, EagerLlama eager) throws IOException {
    try (Llama llama = Llama.load(folder, Placement.of("cpu", "float32"));
        Llama.Run run = llama.open()) {
      float[] a = eager.read(prompt());
      float[] b = run.prefill(prompt());
      for (int step = 0; step < 20; step++) {
        for (int i = 0; i < a.length; i++) {
          if (Math.abs(a[i] - b[i]) > 1e-2) {
            throw new IllegalStateException("logits differ: " + a[i] + " and " + b[i]);
          }
        }
        int id = argmax(a);
        a = eager.read(id);
        b = run.step(id);
      }
    }
  }

  private static int[] prompt() {
    return new SplittableRandom(1).ints(PROMPT, 0, SHAPE.vocab()).toArray();
  }

  private static int argmax(float[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }

  private static void write(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : SHAPE.weights().entrySet()) {
      long[] shape = weight.getValue();
      float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      for (int i = 0; i < numbers.length; i++) {
        double scale = shape.length == 1 ? 0.1 : 1 / Math.sqrt(shape[1]);
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
  }
}
