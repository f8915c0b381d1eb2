package dev.triptych.bench;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a folder of 1 GiB takes to open, weights and program, before its pages are read:
 * repeatedly in one process, and as the first in processes of their own.
 *
 * <p>The tokenizer and the start of libtorch are apart.
 */
public final class OpeningSpeed {

  private static final int WARM = 20;
  private static final int FRESH = 5;

  private OpeningSpeed() {}

  /** Prints the medians; arguments: FOLDER, which is made if it is not there. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 2 && arguments[1].equals("once")) {
      Torch.start();
      System.out.println("ready " + open(Path.of(arguments[0])));
      return;
    }
    if (arguments.length != 1) {
      System.err.println("usage: OpeningSpeed FOLDER");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]);
    if (!Files.exists(folder.resolve("model.safetensors"))) {
      SparseLlama.write(folder);
    }
    List<Double> fresh = new ArrayList<>();
    for (int i = 0; i < FRESH; i++) {
      String[] once = {folder.toString(), "once"};
      try (MeasuredProcess process = MeasuredProcess.java(OpeningSpeed.class, 1, once)) {
        fresh.add(process.loadSeconds());
      }
    }
    Torch.start();
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < WARM; i++) {
      warm.add(open(folder));
    }
    System.out.printf(
        "%.2f GiB, %d tensors: first in a process %.0f ms (median of %d, least %.0f), again in one"
            + " process %.0f ms (median of %d, least %.0f)%n",
        Files.size(folder.resolve("model.safetensors")) / 0x1p30,
        SparseLlama.tensors(),
        1e3 * median(fresh),
        FRESH,
        1e3 * least(fresh),
        1e3 * median(warm),
        WARM,
        1e3 * least(warm));
  }

  private static double open(Path folder) throws IOException {
    long start = System.nanoTime();
    try (LanguageModel model = LanguageModels.load(folder, Placement.of("cpu", "bfloat16"))) {
      double seconds = (System.nanoTime() - start) / 1e9;
      if (model.mappedBytes() < 1L << 30) {
        throw new IllegalStateException("only " + model.mappedBytes() + " bytes were mapped");
      }
      return seconds;
    }
  }

  private static double median(List<Double> numbers) {
    return numbers.stream().sorted().skip(numbers.size() / 2).findFirst().orElseThrow();
  }

  private static double least(List<Double> numbers) {
    return numbers.stream().mapToDouble(n -> n).min().orElseThrow();
  }
}
