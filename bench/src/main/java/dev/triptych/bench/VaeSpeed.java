package dev.triptych.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Seconds in which an AutoencoderKL decodes and encodes, ours beside diffusers in the same type, on
 * a folder such as {@code python bench/python/vae_peer.py write FOLDER} makes, and how far the two
 * results are apart.
 *
 * <p>Both sides are processes of their own that take turns, so that a busy machine is as busy for
 * both; the one that waits sleeps.
 */
public final class VaeSpeed {

  private static final String USUAL = "diffusers, float32";

  private VaeSpeed() {}

  /**
   * Prints a table; arguments: PYTHON DTYPE THREADS ROUNDS FOLDER SIDE... [--usual], SIDE being
   * height and width of the latents. {@code --usual} adds diffusers in float32, which a user of a
   * CPU runs by default. The first round warms both sides up and is not counted.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 6) {
      System.err.println("usage: VaeSpeed PYTHON DTYPE THREADS ROUNDS FOLDER SIDE... [--usual]");
      System.exit(2);
    }
    boolean usual = List.of(arguments).contains("--usual");
    String dtype = arguments[1];
    int threads = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    String folder = arguments[4];
    System.out.printf(
        "%n%s, %s, %d threads, one picture, %d rounds%n",
        Path.of(folder).getFileName(), dtype, threads, rounds);
    System.out.println(
        "| | side | s: best, median | of diffusers' time | difference | load, s |"
            + " most resident, MiB |");
    System.out.println("|---|---|---|---|---|---|---|");
    try (MeasuredProcess ours = MeasuredProcess.java(VaePeer.class, threads, folder, dtype);
        MeasuredProcess theirs =
            MeasuredProcess.python(
                arguments[0], "vae_peer.py", folder, dtype, Integer.toString(threads));
        MeasuredProcess common =
            usual
                ? MeasuredProcess.python(
                    arguments[0], "vae_peer.py", folder, "float32", Integer.toString(threads))
                : null) {
      Map<String, MeasuredProcess> sides = new LinkedHashMap<>();
      sides.put("ours", ours);
      sides.put("diffusers", theirs);
      if (usual) {
        sides.put(USUAL, common);
      }
      for (String side : List.of(arguments).subList(5, arguments.length)) {
        if (side.equals("--usual")) {
          continue;
        }
        for (String what : List.of("decode", "encode")) {
          measure(sides, what + " " + side, rounds);
        }
      }
    }
  }

  private static void measure(Map<String, MeasuredProcess> sides, String command, int rounds)
      throws IOException {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, MeasuredProcess> side : sides.entrySet()) {
        double taken = side.getValue().ask(command).seconds();
        if (round > 0) {
          seconds.computeIfAbsent(side.getKey(), key -> new ArrayList<>()).add(taken);
        }
      }
    }
    float[] expected = saved(sides.get("diffusers"), command);
    double theirs = Comparison.median(seconds.get("diffusers"));
    for (Map.Entry<String, MeasuredProcess> side : sides.entrySet()) {
      double most = side.getValue().mebibytes("VmHWM");
      List<Double> own = seconds.get(side.getKey());
      System.out.printf(
          "| %s | %s | %.2f, %.2f | %.3f | %.1e | %.2f | %.0f |%n",
          command,
          side.getKey(),
          Collections.min(own),
          Comparison.median(own),
          Comparison.median(own) / theirs,
          Comparison.difference(saved(side.getValue(), command), expected),
          side.getValue().loadSeconds(),
          most);
    }
  }

  private static float[] saved(MeasuredProcess process, String command) throws IOException {
    Path file = Files.createTempFile("picture", ".f32");
    try {
      process.ask("save " + command + " " + file);
      FloatBuffer floats =
          ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] numbers = new float[floats.remaining()];
      floats.get(numbers);
      return numbers;
    } finally {
      Files.delete(file);
    }
  }
}
