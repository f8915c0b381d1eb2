package dev.triptych.bench.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Placement;
import dev.triptych.models.chat.ChatTemplate;
import dev.triptych.models.chat.Message;
import dev.triptych.models.generation.Generated;
import dev.triptych.models.generation.Generation;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The process in which damaged folders are tried: it damages the folders of one place by the seeds
 * from one to another, and says of each on a line before it begins and on another what came of it.
 *
 * <pre>
 * Trial PLACE SEED FIRST END
 * </pre>
 */
final class Trial {

  private static final int TOKENS = 4;
  private static final int PROMPT = 12;

  private final Path place;
  private final List<Path> folders;
  private final long seed;

  private Trial(Path place, long seed) throws IOException {
    this.place = place;
    this.seed = seed;
    folders = sorted(place.resolve("whole"));
  }

  static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  /** Tries the inputs, after the whole folders if the first one is among them. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    Trial trial = new Trial(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    int first = Integer.parseInt(arguments[2]);
    int end = Integer.parseInt(arguments[3]);
    if (first == 0) {
      for (Path folder : trial.folders) {
        out.println(String.join("\t", "whole", folder.toString(), verdict(folder)));
      }
    }
    for (int i = first; i < end; i++) {
      trial.one(i, out);
    }
  }

  private void one(int number, PrintStream out) throws IOException {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    Path whole = folders.get(random.nextInt(folders.size()));
    Mutation mutation = Mutation.of(whole, random);
    Path folder = Files.createDirectories(place.resolve("tried").resolve("n" + number));
    try (Stream<Path> files = Files.list(whole)) {
      for (Path file : files.toList()) {
        if (!file.endsWith(mutation.file())) {
          Files.createLink(folder.resolve(file.getFileName()), file);
        }
      }
    }
    Files.write(folder.resolve(mutation.file()), mutation.bytes());
    String name = whole.getFileName() + "/" + mutation.file();
    report(out, number, name, mutation, () -> verdict(folder));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /**
   * Says what is tried, tries it, and says how long it took, what memory it took, and the verdict.
   */
  static void report(
      PrintStream out, int number, String name, Mutation mutation, Supplier<String> tried)
      throws IOException {
    out.println(
        String.join("\t", "try", "" + number, name, mutation.what().replaceAll("[\t\r\n]", " ")));
    resetPeak();
    double before = mebibytes("VmRSS");
    long start = System.nanoTime();
    String verdict = tried.get();
    long ms = (System.nanoTime() - start) / 1_000_000;
    long grown = Math.round(mebibytes("VmHWM") - before);
    out.println(String.join("\t", "end", "" + number, "" + ms, "" + grown, verdict));
  }

  /** Returns {@code works}, {@code refused} and the sentence, or {@code bad} and why. */
  static String verdict(Path folder) {
    try {
      use(folder);
      return "works";
    } catch (IOException | UncheckedIOException e) {
      return judged(e, folder.toString());
    } catch (IllegalArgumentException e) {
      return judged(e, "");
    } catch (Throwable e) { // also out of memory and out of stack: each is a finding
      String at =
          Arrays.stream(e.getStackTrace())
              .filter(frame -> frame.getClassName().startsWith("dev.triptych"))
              .findFirst()
              .map(frame -> " at " + frame)
              .orElse("");
      return "bad\t" + shown(e.toString()) + at;
    }
  }

  /** A refusal is one line of some words, which names what must be found in it. */
  static String judged(Exception e, String named) {
    String sentence = e.getMessage();
    boolean good =
        sentence != null
            && sentence.length() > 15
            && sentence.length() < 500
            && sentence.lines().count() == 1
            && sentence.chars().noneMatch(Character::isISOControl)
            && sentence.contains(named)
            && !sentence.contains("Exception");
    return (good ? "refused\t" : "bad\t" + e.getClass().getSimpleName() + ": ")
        + (sentence == null ? "without a message" : shown(sentence));
  }

  static String shown(String sentence) {
    String line = sentence.replaceAll("\\s+", " ");
    return line.length() > 600 ? line.substring(0, 600) + "…" : line;
  }

  /** What a writer does with a folder, by the public doors, to its first words. */
  private static void use(Path folder) throws IOException {
    try (LanguageModel model = LanguageModels.load(folder, Placement.of("cpu", "auto"))) {
      GenerationConfig config = GenerationConfig.read(folder);
      Tokenizer tokenizer = model.tokenizer();
      String text = "Once upon a time 春天";
      if (ChatTemplate.exists(folder)) {
        text = ChatTemplate.read(folder).apply(List.of(Message.user(text)), true);
      }
      // the tiny models know fewer ids than their tokenizers
      int[] ids =
          Arrays.stream(tokenizer.encode(text))
              .limit(PROMPT)
              .map(id -> Math.floorMod(id, model.vocabulary()))
              .toArray();
      AtomicInteger asked = new AtomicInteger();
      List<Generated> all =
          Generation.of(model, config)
              .cancelled(() -> asked.incrementAndGet() > TOKENS)
              .generate(ids.length == 0 ? new int[] {1} : ids);
      all.forEach(each -> tokenizer.decode(each.ids()));
    }
  }

  /** Forgets the most memory that was ever resident, so that one input's is seen. */
  private static void resetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      // not allowed here: the peak is then that of all inputs so far
    }
  }

  private static double mebibytes(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name + ":")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new NoSuchFileException("/proc/self/status", null, "it has no " + name);
  }
}
