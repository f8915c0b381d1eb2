package dev.triptych.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tokens a second, load time and peak memory of language models, ours beside transformers in the
 * same type, on random weights in three shapes that bench/python/random_models.py writes.
 *
 * <p>Each side is a process of its own, and they take turns, so that a busy machine is as busy for
 * all; those that wait sleep. What torch.compile makes of transformers is measured for information,
 * if it is made in time. Prints a table for docs/figures.md.
 */
public final class LanguageModelSpeed {

  private static final int BATCH = 8;
  private static final int COMPILING = 120; // seconds for a prompt or for the tokens after it

  private final String python;
  private final Path models;
  private final int prompt;
  private final int tokens;
  private final int rounds;

  private LanguageModelSpeed(String python, Path models, int prompt, int tokens, int rounds) {
    this.python = python;
    this.models = models;
    this.prompt = prompt;
    this.tokens = tokens;
    this.rounds = rounds;
  }

  /** What is compared: a shape, in a type, by so many threads. */
  private record Case(String shape, String dtype, int threads) {
    static Case parse(String text) {
      String[] words = text.split(":");
      return new Case(words[0], words[1], Integer.parseInt(words[2]));
    }
  }

  /**
   * Measures; arguments: PYTHON FOLDER [PROMPT TOKENS ROUNDS [SHAPE:DTYPE:THREADS]...]
   *
   * <p>The models are written into the folder where it lacks them. Without more arguments: 256
   * tokens read, 64 written, 3 rounds after one that warms up, and all four cases.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2 || arguments.length > 2 && arguments.length < 5) {
      System.err.println(
          "usage: LanguageModelSpeed PYTHON FOLDER [PROMPT TOKENS ROUNDS"
              + " [SHAPE:DTYPE:THREADS]...]");
      System.exit(2);
    }
    boolean sizes = arguments.length > 2;
    LanguageModelSpeed speed =
        new LanguageModelSpeed(
            arguments[0],
            Path.of(arguments[1]),
            sizes ? Integer.parseInt(arguments[2]) : 256,
            sizes ? Integer.parseInt(arguments[3]) : 64,
            sizes ? Integer.parseInt(arguments[4]) : 3);
    List<Case> cases =
        arguments.length > 5
            ? Stream.of(arguments).skip(5).map(Case::parse).toList()
            : List.of(
                new Case("SmolLM2-135M", "bfloat16", 2),
                new Case("SmolLM2-135M", "float32", 1),
                new Case("Qwen2.5-0.5B", "bfloat16", 2),
                new Case("Llama-3.2-1B", "bfloat16", 2));
    List<String> notes = new ArrayList<>();
    System.out.printf(
        "%d tokens read, then %d written, medians of %d rounds after one to warm up; most resident"
            + " is VmHWM.%n%n",
        speed.prompt, speed.tokens, speed.rounds);
    System.out.println(
        "| shape | side | prefill, tokens/s | decode, tokens/s | ratio: prefill, decode | load, s"
            + " | start to first token, s | most resident, MiB | of it private, MiB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (Case each : cases) {
      notes.addAll(speed.measure(each));
    }
    System.out.println();
    notes.forEach(System.out::println);
  }

  private List<String> measure(Case c) throws IOException, InterruptedException {
    Path folder = models.resolve(c.shape());
    if (!Files.exists(folder.resolve("model.safetensors"))) {
      write(c.shape());
    }
    String[] theirs = {folder.toString(), c.dtype(), Integer.toString(c.threads()), "eager"};
    Map<String, MeasuredSide> sides = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    String where =
        "%s, %s, %d thread%s"
            .formatted(c.shape(), c.dtype(), c.threads(), c.threads() == 1 ? "" : "s");
    try {
      sides.put("ours", ours(folder, c, c.dtype()));
      sides.put("transformers", new MeasuredSide(peer(theirs)));
      if (c.dtype().equals("bfloat16")) {
        sides.put("ours, int8", ours(folder, c, "int8"));
      }
      theirs[3] = "compiled";
      MeasuredProcess compiled = peer(theirs);
      sides.put("transformers, compiled", new MeasuredSide(compiled));
      compiled.patience(COMPILING);
      for (int round = 0; round <= rounds; round++) {
        for (MeasuredSide side : sides.values()) {
          side.round(prompt, round == 0 ? Math.min(8, tokens) : tokens);
        }
      }
      MeasuredSide eager = sides.get("transformers");
      sides.forEach(
          (name, side) -> System.out.println(side.row(where, name, eager, prompt, tokens)));
      notes.add(where + ": " + note(c, folder, sides));
    } finally {
      for (MeasuredSide side : sides.values()) {
        side.close();
      }
    }
    return notes;
  }

  private static MeasuredSide ours(Path folder, Case c, String dtype) throws IOException {
    return new MeasuredSide(
        MeasuredProcess.java(LanguageModelPeer.class, c.threads(), folder.toString(), dtype));
  }

  private MeasuredProcess peer(String... arguments) throws IOException {
    return MeasuredProcess.python(python, "language_peer.py", arguments);
  }

  private String note(Case c, Path folder, Map<String, MeasuredSide> sides) throws IOException {
    MeasuredSide ours = sides.get("ours");
    MeasuredSide eager = sides.get("transformers");
    double bandwidth = eager.process().ask("bandwidth").seconds();
    double bytes = weightBytes(folder) * (c.dtype().equals("float32") ? 2.0 : 1.0);
    double bound = bandwidth * 1e9 / bytes;
    int same = same(ours.ids(), eager.ids());
    double batch = ours.process().ask("batch " + tokens + " " + BATCH).seconds();
    return ("memory is read at %.1f GB/s, which bounds decoding by %.1f tokens/s of %.2f GB; ours"
            + " reach %.0f %%, theirs %.0f %%. The first %d of %d tokens are the same. %d rows at"
            + " once give %.1f times the tokens of one.")
        .formatted(
            bandwidth,
            bound,
            bytes / 1e9,
            100 * tokens / ours.decode() / bound,
            100 * tokens / eager.decode() / bound,
            same,
            tokens,
            BATCH,
            BATCH * ours.decode() / batch);
  }

  private void write(String shape) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                python,
                MeasuredProcess.script("random_models.py").toString(),
                models.toString(),
                shape)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("random_models.py failed to write " + shape + "; see above");
    }
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
