package dev.triptych.bench;

import dev.triptych.bench.hostile.Trial;
import dev.triptych.bench.hostile.Trial.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Hostile plugins, each tried at the door of one host: each must be refused with one sentence, and
 * leave everything as it was.
 *
 * <pre>
 * HostileBundles [--count 1000] [--seed 1]
 * </pre>
 *
 * <p>Prints a row for each kind; the process ends with 1 if one was let in, was told no sentence,
 * or changed something. Flipped bytes may leave a sound jar, which is then installed and removed.
 */
public final class HostileBundles {
  private HostileBundles() {}

  private static final class Row {
    private int count;
    private int installed;
    private int faults;
    private final List<Long> micros = new ArrayList<>();
    private String sentence = "";
  }

  /** Tries all; see above. */
  public static void main(String[] arguments) throws Exception {
    int count = 1000;
    long seed = 1;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--count" -> count = Integer.parseInt(arguments[++i]);
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        default -> throw new IllegalArgumentException(arguments[i] + " is no option");
      }
    }
    PrintStream out = System.out;
    Map<String, Row> rows = new LinkedHashMap<>();
    int faults = 0;
    Path folder = Files.createTempDirectory("hostile-bundles");
    try (Trial trial = new Trial(folder)) {
      for (int i = 0; i < count; i++) {
        Result result = trial.attempt(trial.jars().make(i, seed));
        Row row = rows.computeIfAbsent(result.kind(), kind -> new Row());
        row.count++;
        row.installed += result.installed() ? 1 : 0;
        row.micros.add(result.micros());
        row.sentence = row.sentence.isEmpty() ? result.sentence() : row.sentence;
        if (!result.fault().isEmpty()) {
          row.faults++;
          faults++;
          out.println(i + " " + result.kind() + ": " + result.fault());
        }
      }
    } finally {
      delete(folder);
    }
    out.println("| kind | tried | let in | faults | median ms | one of the sentences |");
    out.println("| --- | --- | --- | --- | --- | --- |");
    rows.forEach(
        (kind, row) ->
            out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.1f | %s |%n",
                kind,
                row.count,
                row.installed,
                row.faults,
                row.micros.stream().sorted().toList().get(row.micros.size() / 2) / 1e3,
                row.sentence));
    out.printf(Locale.ROOT, "%d jars of seed %d, %d faults%n", count, seed, faults);
    out.flush();
    System.exit(faults == 0 ? 0 : 1);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
