package dev.triptych.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whole pictures of a Stable Diffusion folder, ours beside diffusers' in processes that take turns:
 * seconds a picture and the most resident memory of each stage, as a Markdown table.
 *
 * <pre>
 * PictureSpeed FOLDER [--steps 4] [--side 256] [--rounds 3] [--dtype float32] [--threads 2]
 *     [--python python3] [--count N]
 * </pre>
 *
 * <p>{@code bench/python/random_pipeline.py} makes a folder; the default model is none. {@code
 * --count} paints so many pictures by our side alone instead, and prints what is resident after
 * each tenth of them.
 */
public final class PictureSpeed {
  private PictureSpeed() {}

  /** Prints the table. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int steps = Integer.parseInt(option(arguments, "--steps", "4"));
    int side = Integer.parseInt(option(arguments, "--side", "256"));
    int rounds = Integer.parseInt(option(arguments, "--rounds", "3"));
    int count = Integer.parseInt(option(arguments, "--count", "0"));
    int threads = Integer.parseInt(option(arguments, "--threads", "2"));
    String dtype = option(arguments, "--dtype", "float32");
    String python = option(arguments, "--python", "python3");
    String command = steps + " " + side;
    if (count > 0) {
      many(folder, dtype, threads, command, count);
      return;
    }
    List<double[]> kept = new ArrayList<>();
    List<double[]> lean = new ArrayList<>();
    List<double[]> theirs = new ArrayList<>();
    try (MeasuredProcess us = ours(folder, dtype, threads, "kept");
        MeasuredProcess frugal = ours(folder, dtype, threads, "lean");
        MeasuredProcess them =
            MeasuredProcess.python(
                python, "picture_peer.py", folder.toString(), dtype, "" + threads)) {
      us.ask(command); // warms all up
      frugal.ask(command);
      them.ask(command);
      for (int i = 0; i < rounds; i++) {
        kept.add(numbers(us.ask(command)));
        lean.add(numbers(frugal.ask(command)));
        theirs.add(numbers(them.ask(command)));
      }
    }
    System.out.printf(
        "%d steps, %d x %d pixels, %s, %d threads, medians of %d%n%n",
        steps, side, side, dtype, threads, rounds);
    System.out.println(
        "| | ours, s | ours, each part opened anew, s | diffusers, s | ours / diffusers"
            + " | ours, each part opened anew, MiB | diffusers, MiB |");
    System.out.println("|---|---|---|---|---|---|---|");
    String[] rows = {"picture", "text", "denoise", "decode"};
    for (int i = 0; i < rows.length; i++) {
      int column = Math.max(0, 2 * i - 1);
      double us = median(kept, column);
      double them = median(theirs, column);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.3f | %.3f | %.3f | %.2f | %s |%n",
          rows[i],
          us,
          median(lean, column),
          them,
          us / them,
          i == 0
              ? " | "
              : "%.0f | %.0f".formatted(median(lean, column + 1), median(theirs, column + 1)));
    }
  }

  private static MeasuredProcess ours(Path folder, String dtype, int threads, String how)
      throws IOException {
    return MeasuredProcess.java(PicturePeer.class, threads, folder.toString(), dtype, how);
  }

  /** Seconds of the picture; then seconds and MiB of each stage. */
  private static double[] numbers(MeasuredProcess.Answer answer) {
    String all = answer.seconds() + " " + answer.result().replace('/', ' ');
    return Arrays.stream(all.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static double median(List<double[]> rounds, int column) {
    double[] sorted = rounds.stream().mapToDouble(round -> round[column]).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static void many(Path folder, String dtype, int threads, String command, int count)
      throws IOException {
    try (MeasuredProcess us = ours(folder, dtype, threads, "lean")) {
      for (int i = 1; i <= count; i++) {
        us.ask(command);
        if (i % Math.max(1, count / 10) == 0) {
          System.out.printf(
              Locale.ROOT, "%d pictures: %.0f MiB resident%n", i, us.mebibytes("VmRSS"));
        }
      }
    }
  }

  private static String option(String[] arguments, String name, String initial) {
    int at = Arrays.asList(arguments).indexOf(name);
    return at < 0 ? initial : arguments[at + 1];
  }
}
