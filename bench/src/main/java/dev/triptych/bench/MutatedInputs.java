package dev.triptych.bench;

import dev.triptych.bench.mutation.DamagedFolders;
import dev.triptych.bench.mutation.DamagedFolders.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Damaged model folders, each loaded and used by the public doors of models, in a process of 512
 * MiB: each must work or end in one clear sentence.
 *
 * <pre>
 * MutatedInputs [--pictures] [--count 2000] [--seed 1] [--only NUMBER] [--list] [--models FOLDER]
 * </pre>
 *
 * <p>What ends the process, takes more than 10 seconds or 256 MiB, or says no clear sentence is
 * printed with its number, which {@code --only} tries again. {@code --pictures} tries diffusers
 * folders, pictures and latents instead, with image.diffusers. FOLDER is the module models, whose
 * tests hold what is damaged; found beside bench without it.
 */
public final class MutatedInputs {

  private MutatedInputs() {}

  /** Prints what was found; the process ends with 1 if something was. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int count = 2000;
    long seed = 1;
    int only = -1;
    boolean list = false;
    boolean pictures = false;
    Path models = MeasuredProcess.script("../../models");
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--count" -> count = Integer.parseInt(arguments[++i]);
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        case "--only" -> only = Integer.parseInt(arguments[++i]);
        case "--list" -> list = true;
        case "--pictures" -> pictures = true;
        case "--models" -> models = Path.of(arguments[++i]);
        default -> throw new IllegalArgumentException(arguments[i] + " is no option");
      }
    }
    Path place = Files.createTempDirectory("mutated-inputs");
    PrintStream out = System.out;
    List<Result> results;
    try {
      DamagedFolders folders =
          pictures
              ? DamagedFolders.ofPictures(
                  models, models.resolveSibling("plugins-image"), place, seed)
              : new DamagedFolders(models, place, seed);
      results = only < 0 ? folders.run(0, count) : folders.run(only, only + 1);
    } finally {
      delete(place);
    }
    Map<String, Long> outcomes =
        results.stream()
            .collect(Collectors.groupingBy(Result::outcome, TreeMap::new, Collectors.counting()));
    for (Result result : results) {
      if (list || only >= 0 || result.outcome().equals("bad")) {
        out.println(result);
      }
    }
    out.printf(
        Locale.ROOT,
        "%d inputs of seed %d: %s; slowest %d ms, greatest growth %d MiB%n",
        results.size(),
        seed,
        outcomes,
        results.stream().mapToLong(Result::milliseconds).max().orElse(0),
        results.stream().mapToLong(Result::mebibytes).max().orElse(0));
    if (outcomes.containsKey("bad")) {
      System.exit(1);
    }
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
