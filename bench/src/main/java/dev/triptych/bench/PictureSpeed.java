package dev.triptych.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whole pictures of a Stable Diffusion or SDXL folder, ours beside diffusers' in processes that
 * take turns: seconds a picture, the most resident memory of each stage, and how far latents and
 * pixels are apart, as Markdown tables.
 *
 * <pre>
 * PictureSpeed FOLDER [--steps 4] [--side 256] [--rounds 3] [--dtype float32] [--threads 2]
 *     [--python python3] [--usual] [--one-by-one] [--count N [--cancel]]
 * </pre>
 *
 * <p>{@code bench/python/random_pipeline.py} makes a folder; the default model is none. {@code
 * --usual} adds diffusers in float32, which a user of a CPU runs by default. {@code --one-by-one}
 * ends each side before the next begins, where memory holds only one. {@code --count} paints so
 * many pictures by our side alone instead, and prints what is resident after each tenth of them;
 * with {@code --cancel} every second one is stopped after a step.
 */
public final class PictureSpeed {
  private PictureSpeed() {}

  /** What a run was asked for. */
  private record Run(Path folder, String dtype, int threads, String python, String command) {

    MeasuredProcess open(String side) throws IOException {
      return switch (side) {
        case "ours" -> ours("kept");
        case "ours, parts opened anew" -> ours("lean");
        default ->
            MeasuredProcess.python(
                python,
                "picture_peer.py",
                folder.toString(),
                side.equals("diffusers") ? dtype : "float32",
                Integer.toString(threads));
      };
    }

    MeasuredProcess ours(String how) throws IOException {
      return MeasuredProcess.java(PicturePeer.class, threads, folder.toString(), dtype, how);
    }
  }

  /** Seconds of the picture, then seconds and MiB of each stage, a round each; and the picture. */
  private record Side(List<double[]> rounds, float[] latents, float[] pixels) {

    double median(int column) {
      return Comparison.median(rounds.stream().map(round -> round[column]).toList());
    }
  }

  /** Prints the tables. */
  public static void main(String[] arguments) throws IOException {
    int steps = Integer.parseInt(option(arguments, "--steps", "4"));
    int side = Integer.parseInt(option(arguments, "--side", "256"));
    int rounds = Integer.parseInt(option(arguments, "--rounds", "3"));
    int count = Integer.parseInt(option(arguments, "--count", "0"));
    List<String> flags = Arrays.asList(arguments);
    Run run =
        new Run(
            Path.of(arguments[0]),
            option(arguments, "--dtype", "float32"),
            Integer.parseInt(option(arguments, "--threads", "2")),
            option(arguments, "--python", "python3"),
            steps + " " + side);
    if (count > 0) {
      many(run, count, flags.contains("--cancel"));
      return;
    }
    List<String> names = new ArrayList<>(List.of("ours", "ours, parts opened anew", "diffusers"));
    if (flags.contains("--usual")) {
      names.add("diffusers, float32");
    }
    Map<String, Side> sides = new LinkedHashMap<>();
    if (flags.contains("--one-by-one")) {
      for (String name : names) {
        sides.putAll(measure(run, List.of(name), rounds));
      }
    } else {
      sides.putAll(measure(run, names, rounds));
    }
    System.out.printf(
        "%s, %d steps, %d x %d pixels, %s, %d threads, medians of %d%n%n",
        run.folder().getFileName(), steps, side, side, run.dtype(), run.threads(), rounds);
    print(sides);
  }

  /** The first round warms all up and is not counted; a last one is looked at. */
  private static Map<String, Side> measure(Run run, List<String> names, int rounds)
      throws IOException {
    Map<String, MeasuredProcess> open = new LinkedHashMap<>();
    Map<String, List<double[]>> numbers = new LinkedHashMap<>();
    Map<String, Side> sides = new LinkedHashMap<>();
    try {
      for (String name : names) {
        open.put(name, run.open(name));
        open.get(name).ask(run.command());
        numbers.put(name, new ArrayList<>());
      }
      for (int i = 0; i < rounds; i++) {
        for (String name : names) {
          numbers.get(name).add(numbers(open.get(name).ask(run.command())));
        }
      }
      for (String name : names) {
        float[] both = saved(open.get(name), run.command());
        int latents = latents(both.length);
        sides.put(
            name,
            new Side(
                numbers.get(name),
                Arrays.copyOf(both, latents),
                Arrays.copyOfRange(both, latents, both.length)));
      }
    } finally {
      for (MeasuredProcess process : open.values()) {
        process.close();
      }
    }
    return sides;
  }

  /** Four latents stand for 8 x 8 pixels of three colors. */
  private static int latents(int both) {
    return both / (3 * 64 + 4) * 4;
  }

  private static void print(Map<String, Side> sides) {
    Side theirs = sides.get("diffusers");
    System.out.println(
        "| | picture, s | text, s, MiB | denoise, s, MiB | decode, s, MiB | of diffusers' time"
            + " | latents differ by | pixels differ by |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    sides.forEach(
        (name, side) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.3f | %.3f, %.0f | %.3f, %.0f | %.3f, %.0f | %.2f | %.1e | %.1e |%n",
                name,
                side.median(0),
                side.median(1),
                side.median(2),
                side.median(3),
                side.median(4),
                side.median(5),
                side.median(6),
                side.median(0) / theirs.median(0),
                Comparison.difference(side.latents(), theirs.latents()),
                Comparison.difference(side.pixels(), theirs.pixels())));
    Side usual = sides.get("diffusers, float32");
    if (usual != null) {
      System.out.printf(
          Locale.ROOT,
          "%nOurs, of the time of diffusers in float32, as a user runs it: %.2f%n",
          sides.get("ours").median(0) / usual.median(0));
    }
  }

  private static float[] saved(MeasuredProcess process, String command) throws IOException {
    Path file = Files.createTempFile("picture", ".f32");
    try {
      process.ask(command + " " + file);
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      float[] numbers = new float[bytes.remaining() / 4];
      bytes.asFloatBuffer().get(numbers);
      return numbers;
    } finally {
      Files.delete(file);
    }
  }

  /** Seconds of the picture; then seconds and MiB of each stage. */
  private static double[] numbers(MeasuredProcess.Answer answer) {
    String all = answer.seconds() + " " + answer.result().replace('/', ' ');
    return Arrays.stream(all.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static void many(Run run, int count, boolean cancel) throws IOException {
    try (MeasuredProcess us = run.ours("lean")) {
      for (int i = 1; i <= count; i++) {
        us.ask(run.command() + (cancel && i % 2 == 0 ? " stop" : ""));
        if (i % Math.max(1, count / 10) == 0) {
          us.ask("rest"); // Java's garbage is not what is looked for
          System.out.printf(
              Locale.ROOT,
              "%d pictures: %.0f MiB resident, %.0f private%n",
              i,
              us.mebibytes("VmRSS"),
              us.mebibytes("RssAnon"));
        }
      }
    }
  }

  private static String option(String[] arguments, String name, String initial) {
    int at = Arrays.asList(arguments).indexOf(name);
    return at < 0 ? initial : arguments[at + 1];
  }
}
