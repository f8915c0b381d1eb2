package dev.triptych.bench.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Artifact;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.image.DiffusersGenerator;
import dev.triptych.testkit.AssertingHost;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The process in which damaged diffusers folders, pictures and latents are tried with
 * image.diffusers; it says of each what {@link Trial} says.
 *
 * <pre>
 * PictureTrial PLACE SEED FIRST END
 * </pre>
 */
final class PictureTrial {

  private static final Map<String, String> TYPES =
      Map.of(
          "png", "image/png",
          "jpg", "image/jpeg",
          "webp", "image/webp",
          "tif", "image/tiff",
          "bmp", "image/bmp",
          "safetensors", "application/safetensors");

  private final Path place;
  private final long seed;
  private final List<Path> folders;
  private final List<Path> inputs;

  private PictureTrial(Path place, long seed) throws IOException {
    this.place = place;
    this.seed = seed;
    folders = Trial.sorted(place.resolve("whole"));
    inputs = Trial.sorted(place.resolve("inputs"));
  }

  /** Tries the inputs, after the whole ones if the first one is among them. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    PictureTrial trial = new PictureTrial(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    int first = Integer.parseInt(arguments[2]);
    int end = Integer.parseInt(arguments[3]);
    if (first == 0) {
      for (Path folder : trial.folders) {
        for (Path input : trial.inputs) {
          Mutation whole = new Mutation(input.toString(), Files.readAllBytes(input), "nothing");
          String verdict = verdict(folder, whole);
          out.println(String.join("\t", "whole", folder + " with " + input, verdict));
        }
      }
    }
    for (int i = first; i < end; i++) {
      trial.one(i, out);
    }
  }

  private void one(int number, PrintStream out) throws IOException {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    Path whole = folders.get(random.nextInt(folders.size()));
    boolean ofFolder = random.nextInt(3) > 0;
    Path file = ofFolder ? part(whole, random) : inputs.get(random.nextInt(inputs.size()));
    Mutation mutation = damaged(file, random);
    Path folder = place.resolve("tried").resolve("n" + number);
    if (ofFolder) {
      link(whole, folder, file, mutation);
    }
    String name = ofFolder ? whole.getParent().relativize(file).toString() : mutation.file();
    Path used = ofFolder ? folder : whole;
    Mutation input = ofFolder ? null : mutation;
    Trial.report(out, number, name, mutation, () -> verdict(used, input));
    if (ofFolder) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static Path part(Path whole, SplittableRandom random) throws IOException {
    try (Stream<Path> all = Files.walk(whole)) {
      List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
      return files.get(random.nextInt(files.size()));
    }
  }

  private static Mutation damaged(Path file, SplittableRandom random) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    String name = file.toString();
    if (random.nextInt(5) == 0) {
      return Mutation.bytes(name, whole, random);
    }
    if (name.endsWith(".safetensors")) {
      WeightsMutator mutator = new WeightsMutator(random);
      byte[] changed = mutator.change(whole);
      return new Mutation(name, changed, mutator.what());
    }
    if (name.endsWith(".json")) {
      JsonMutator mutator = new JsonMutator(random);
      String changed = mutator.change(new String(whole, UTF_8));
      return new Mutation(name, changed.getBytes(UTF_8), mutator.what());
    }
    byte[] lying = whole.clone(); // headers say sizes, counts and places
    int at = random.nextInt(Math.min(64, lying.length - 4));
    int bytes = random.nextInt(1, 5);
    byte[] value = {-1, 0, 1, 127, -128, 16};
    for (int i = 0; i < bytes; i++) {
      lying[at + i] = value[random.nextInt(value.length)];
    }
    return new Mutation(name, lying, bytes + " bytes at " + at + " changed");
  }

  private static void link(Path whole, Path folder, Path file, Mutation mutation)
      throws IOException {
    try (Stream<Path> all = Files.walk(whole)) {
      for (Path path : all.toList()) {
        Path target = folder.resolve(whole.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else if (path.equals(file)) {
          Files.write(target, mutation.bytes());
        } else {
          Files.createLink(target, path);
        }
      }
    }
  }

  /**
   * Paints two steps.
   *
   * @param input a picture or latents; null for none
   */
  private static String verdict(Path folder, Mutation input) {
    try (AssertingHost host =
        AssertingHost.of(new DiffusersGenerator()).withPatience(Duration.ofSeconds(9))) {
      Map<String, String> values = new HashMap<>(Map.of("model", folder.toString()));
      values.put("steps", "2");
      values.put("dtype", "float32");
      Request request = Request.of("a fox 春天 (by:1.2) night", plan(), 5);
      if (input != null) {
        String type = TYPES.get(input.file().substring(input.file().lastIndexOf('.') + 1));
        Artifact work = AssertingHost.work(type, input.bytes());
        boolean latents = type.startsWith("application");
        values.putAll(latents ? Map.of() : Map.of("strength", "0.6"));
        request = request.withInputs(Map.of(latents ? "latents" : "image", work));
      }
      host.generate(request.withValues(values));
      return "works";
    } catch (IOException e) {
      String sentence = e.getMessage().replaceFirst("; known are .*", ""); // a UNet knows many
      return Trial.judged(new IOException(sentence, e), folder.toString());
    } catch (IllegalArgumentException e) {
      return Trial.judged(e, "");
    } catch (Throwable e) { // also out of memory and out of stack: each is a finding
      String at =
          Arrays.stream(e.getStackTrace())
              .filter(frame -> frame.getClassName().startsWith("dev.triptych"))
              .findFirst()
              .map(frame -> " at " + frame)
              .orElse("");
      return "bad\t" + Trial.shown(e.toString()) + at;
    }
  }

  private static Plan plan() {
    return Plan.of(Map.of("language", "en", "imageryEn", List.of("fox", "night")));
  }
}
