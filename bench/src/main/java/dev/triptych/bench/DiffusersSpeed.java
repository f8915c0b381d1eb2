package dev.triptych.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Milliseconds of a denoising step of UNets, ours beside diffusers in the same type, on folders
 * such as bench/python/random_unets.py writes, and how far the two predictions are apart.
 *
 * <p>Both sides are processes of their own that take turns, so that a busy machine is as busy for
 * both; the one that waits sleeps. Where memory holds only one model, {@code --one-by-one} runs one
 * after the other.
 */
public final class DiffusersSpeed {

  private static final String USUAL = "diffusers, float32";

  private DiffusersSpeed() {}

  /** What a run was asked for. */
  private record Run(
      String python, String dtype, int threads, int rounds, List<String> options, Path folder) {

    MeasuredProcess open(String side) throws IOException {
      return side.equals("ours")
          ? MeasuredProcess.java(UNetPeer.class, threads, folder.toString(), dtype)
          : MeasuredProcess.python(
              python,
              "unet_peer.py",
              folder.toString(),
              side.equals(USUAL) ? "float32" : dtype,
              Integer.toString(threads),
              side.equals("compiled") ? "compiled" : "eager");
    }

    List<String> sides() {
      List<String> sides = new ArrayList<>(List.of("ours", "diffusers"));
      if (options.contains("--compiled")) {
        sides.add("compiled");
      }
      if (options.contains("--usual")) {
        sides.add(USUAL);
      }
      return sides;
    }
  }

  /** What one side took: seconds of each round for each size, load, and memory. */
  private record Side(
      Map<Integer, List<Double>> seconds,
      Map<Integer, float[]> out,
      double load,
      double resident,
      double own,
      List<String> notes) {}

  /**
   * Prints a table; arguments: PYTHON DTYPE THREADS ROUNDS [--compiled] [--usual] [--profile]
   * [--one-by-one] FOLDER SIDE..., SIDE being height and width of the latents. {@code --usual} adds
   * diffusers in float32, which a user of a CPU runs by default.
   *
   * <p>The first round warms both sides up and is not counted, unless it is the only one.
   */
  public static void main(String[] arguments) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    List<String> options = words.stream().filter(word -> word.startsWith("--")).toList();
    words.removeAll(options);
    if (words.size() < 6) {
      System.err.println(
          "usage: DiffusersSpeed PYTHON DTYPE THREADS ROUNDS [--compiled] [--usual] [--profile]"
              + " [--one-by-one] FOLDER SIDE...");
      System.exit(2);
    }
    Run run =
        new Run(
            words.get(0),
            words.get(1),
            Integer.parseInt(words.get(2)),
            Integer.parseInt(words.get(3)),
            options,
            Path.of(words.get(4)));
    int[] sizes = words.subList(5, words.size()).stream().mapToInt(Integer::parseInt).toArray();
    measure(run, sizes);
  }

  private static void measure(Run run, int[] sizes) throws IOException {
    Map<String, Side> measured = new LinkedHashMap<>();
    Map<String, MeasuredProcess> open = new LinkedHashMap<>();
    try {
      for (String side : run.sides()) {
        open.put(side, run.open(side));
        if (run.options().contains("--one-by-one")) {
          measured.putAll(rounds(run, open, sizes));
          open.remove(side).close();
        }
      }
      if (!open.isEmpty()) {
        measured.putAll(rounds(run, open, sizes));
      }
    } finally {
      for (MeasuredProcess process : open.values()) {
        process.close();
      }
    }
    print(run, sizes, measured);
  }

  private static Map<String, Side> rounds(Run run, Map<String, MeasuredProcess> open, int[] sizes)
      throws IOException {
    Map<String, Side> sides = new LinkedHashMap<>();
    for (String name : open.keySet()) {
      sides.put(name, new Side(new LinkedHashMap<>(), new LinkedHashMap<>(), 0, 0, 0, List.of()));
    }
    for (int size : sizes) {
      for (int round = 0; round <= run.rounds(); round++) {
        for (Map.Entry<String, MeasuredProcess> side : open.entrySet()) {
          double seconds = side.getValue().ask("step " + size).seconds();
          sides
              .get(side.getKey())
              .seconds()
              .computeIfAbsent(size, key -> new ArrayList<>())
              .add(seconds);
        }
      }
    }
    Map<String, Side> finished = new LinkedHashMap<>();
    for (Map.Entry<String, MeasuredProcess> side : open.entrySet()) {
      finished.put(side.getKey(), finish(run, side.getValue(), sides.get(side.getKey()), sizes));
    }
    return finished;
  }

  private static Side finish(Run run, MeasuredProcess process, Side side, int[] sizes)
      throws IOException {
    double resident = process.mebibytes("VmHWM");
    double own = process.mebibytes("RssAnon");
    for (int size : sizes) {
      Path file = Files.createTempFile("prediction", ".f32");
      process.ask("save " + size + " " + file);
      FloatBuffer floats =
          ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] out = new float[floats.remaining()];
      floats.get(out);
      side.out().put(size, out);
      Files.delete(file);
    }
    List<String> notes = new ArrayList<>();
    if (run.options().contains("--profile")) {
      for (int size : sizes) {
        notes.add("at " + size + ": " + process.ask("profile " + size).result());
      }
    }
    return new Side(side.seconds(), side.out(), process.loadSeconds(), resident, own, notes);
  }

  private static void print(Run run, int[] sizes, Map<String, Side> sides) throws IOException {
    double[] peaks;
    Map<Integer, Double> operations = new LinkedHashMap<>();
    try (MeasuredProcess process = run.open("diffusers")) {
      MeasuredProcess.Answer peak = process.ask("peak");
      peaks = new double[] {peak.seconds(), Double.parseDouble(peak.result())};
      for (int size : sizes) {
        operations.put(size, process.ask("flops " + size).seconds());
      }
    }
    System.out.printf(
        "%n%s, %s, %d threads, batch 2, %d rounds; GFLOP/s of matrix products %.0f, of"
            + " convolutions %.0f%n",
        run.folder().getFileName(), run.dtype(), run.threads(), run.rounds(), peaks[0], peaks[1]);
    System.out.println(
        "| latents | side | ms a step: best, median | GFLOP/s | of diffusers' time | of the usual time |"
            + " difference | load, s | most resident, MiB | of it private, MiB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    Side theirs = sides.get("diffusers");
    Side usual = sides.get(USUAL);
    for (int size : sizes) {
      for (Map.Entry<String, Side> entry : sides.entrySet()) {
        Side side = entry.getValue();
        double median = Comparison.median(counted(side.seconds().get(size)));
        System.out.printf(
            "| %d × %d | %s | %.1f, %.1f | %.0f | %.3f | %s | %.1e | %.2f | %.0f | %.0f |%n",
            size,
            size,
            entry.getKey(),
            1e3 * Collections.min(counted(side.seconds().get(size))),
            1e3 * median,
            operations.get(size) / median,
            median / Comparison.median(counted(theirs.seconds().get(size))),
            usual == null
                ? ""
                : "%.3f".formatted(median / Comparison.median(counted(usual.seconds().get(size)))),
            Comparison.difference(side.out().get(size), theirs.out().get(size)),
            side.load(),
            side.resident(),
            side.own());
      }
    }
    sides.forEach(
        (name, side) -> side.notes().forEach(note -> System.out.println(name + " " + note)));
  }

  private static List<Double> counted(List<Double> seconds) {
    return seconds.subList(seconds.size() > 1 ? 1 : 0, seconds.size());
  }
}
