package dev.triptych.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tokens a second, load time and peak memory of language models, ours beside transformers in the
 * same type, on folders such as bench/python/random_models.py writes.
 *
 * <p>Both sides are processes of their own that take turns, so that a busy machine is as busy for
 * both; the one that waits sleeps.
 */
public final class LanguageModelSpeed {

  private static final int PROMPT = 128;
  private static final int TOKENS = 64;
  private static final int ROWS = 8;

  private LanguageModelSpeed() {}

  /** What one side took in each round. */
  private record Side(
      MeasuredProcess process, List<Double> prefill, List<Double> decode, double[] first) {
    Side(MeasuredProcess process) {
      this(process, new ArrayList<>(), new ArrayList<>(), new double[1]);
    }

    String round() throws IOException {
      prefill.add(process.ask("prefill " + PROMPT).seconds());
      if (first[0] == 0) {
        first[0] = process.secondsSinceStart();
      }
      MeasuredProcess.Answer answer = process.ask("decode " + TOKENS);
      decode.add(answer.seconds());
      return answer.result();
    }
  }

  /**
   * Prints a table a folder; arguments: PYTHON DTYPE THREADS ROUNDS [--compiled] FOLDER...
   *
   * <p>The first round warms both sides up and is not counted.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 5) {
      System.err.println(
          "usage: LanguageModelSpeed PYTHON DTYPE THREADS ROUNDS [--compiled] FOLDER...");
      System.exit(2);
    }
    boolean compiled = arguments[4].equals("--compiled");
    for (int i = compiled ? 5 : 4; i < arguments.length; i++) {
      measure(
          arguments[0],
          arguments[1],
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          compiled,
          Path.of(arguments[i]));
    }
  }

  private static void measure(
      String python, String dtype, int threads, int rounds, boolean compiled, Path folder)
      throws IOException {
    String[] theirs = {folder.toString(), dtype, Integer.toString(threads), "eager"};
    Map<String, Side> sides = new LinkedHashMap<>();
    try {
      sides.put(
          "ours",
          new Side(
              MeasuredProcess.java(LanguageModelPeer.class, threads, folder.toString(), dtype)));
      sides.put(
          "transformers", new Side(MeasuredProcess.python(python, "language_peer.py", theirs)));
      if (compiled) {
        theirs[3] = "compiled";
        sides.put("compiled", new Side(MeasuredProcess.python(python, "language_peer.py", theirs)));
      }
      Map<String, String> ids = new LinkedHashMap<>();
      for (int round = 0; round <= rounds; round++) {
        for (Map.Entry<String, Side> side : sides.entrySet()) {
          ids.put(side.getKey(), side.getValue().round());
        }
      }
      double bandwidth = sides.get("transformers").process().ask("bandwidth").seconds();
      System.out.printf(
          "%n%s, %s, %d threads, %d tokens read, then %d written, %d rounds%n",
          folder.getFileName(), dtype, threads, PROMPT, TOKENS, rounds);
      print(sides);
      batch(sides.get("ours"), rounds);
      double bytes = weightBytes(folder) * (dtype.equals("float32") ? 2.0 : 1.0);
      System.out.printf(
          "Memory is read at %.1f GB/s: at most %.1f tokens a second from %.2f GB of weights.%n",
          bandwidth, bandwidth * 1e9 / bytes, bytes / 1e9);
      System.out.printf(
          "Of %d tokens the first %d are the same.%n",
          TOKENS, same(ids.get("ours").split(","), ids.get("transformers").split(",")));
    } finally {
      for (Side side : sides.values()) {
        side.process().close();
      }
    }
  }

  /** After the table, whose memory is that of one row. */
  private static void batch(Side ours, int rounds) throws IOException {
    List<Double> batch = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      ours.round();
      batch.add(ours.process().ask("batch " + TOKENS + " " + ROWS).seconds());
    }
    double one = median(ours.decode().subList(rounds + 1, 2 * rounds + 2));
    System.out.printf(
        "Ours, %d rows at once: %s tokens/s, %.2f times one row (medians).%n",
        ROWS, speeds(ROWS * TOKENS, batch), ROWS * one / median(batch));
  }

  private static void print(Map<String, Side> sides) throws IOException {
    System.out.println(
        "| | prefill, tokens/s: best, median | decode, tokens/s: best, median | load, s |"
            + " start to first token, s | most resident, MiB | of it private, MiB |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (Map.Entry<String, Side> entry : sides.entrySet()) {
      Side side = entry.getValue();
      System.out.printf(
          "| %s | %s | %s | %.3f | %.2f | %.0f | %.0f |%n",
          entry.getKey(),
          speeds(PROMPT, side.prefill()),
          speeds(TOKENS, side.decode()),
          side.process().loadSeconds(),
          side.first()[0],
          side.process().mebibytes("VmHWM"),
          side.process().mebibytes("RssAnon"));
    }
    Side ours = sides.get("ours");
    Side theirs = sides.get("transformers");
    System.out.printf(
        "| ratio of the medians | %.2f | %.2f | | | | |%n",
        median(theirs.prefill()) / median(ours.prefill()),
        median(theirs.decode()) / median(ours.decode()));
  }

  private static String speeds(int tokens, List<Double> seconds) {
    double best = Collections.min(seconds.subList(1, seconds.size()));
    return "%.1f, %.1f".formatted(tokens / best, tokens / median(seconds));
  }

  /** The median of all rounds but the first. */
  private static double median(List<Double> seconds) {
    double[] sorted = seconds.stream().skip(1).mapToDouble(s -> s).sorted().toArray();
    return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
  }

  private static double weightBytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static int same(String[] a, String[] b) {
    int difference = Arrays.mismatch(a, b);
    return difference < 0 ? a.length : difference;
  }
}
