package dev.triptych.bench;

import dev.triptych.api.Plan;
import dev.triptych.host.plan.Planner;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.ledger.ModelManager;
import dev.triptych.models.ledger.ModelSource;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * How far plans of zh/en paraphrases agree, and what a plan costs.
 *
 * <pre>
 * PlanFigures HOME [PAIRS]
 * </pre>
 *
 * <p>PAIRS holds the 20 pairs of the figures, 10 and 30 held out, and 10 of no season. It is {@code
 * host/src/test/resources/dev/triptych/host/plan/paraphrases.tsv}, seen from the repository's root.
 * A pair agrees on the season only if both plans say one; the figures beside are those of all pairs
 * of different rows.
 */
public final class PlanFigures {
  private static final String PAIRS =
      "host/src/test/resources/dev/triptych/host/plan/paraphrases.tsv";

  private record Pair(String set, String season, boolean pleasant, Plan zh, Plan en) {}

  private PlanFigures() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(arguments[0]);
    Path file = Path.of(arguments.length > 1 ? arguments[1] : PAIRS);
    PrintStream out = System.out;
    try (ModelManager models = new ModelManager(home, 1L << 30)) {
      long start = System.nanoTime();
      Planner planner = new Planner(models, ModelSource.hub(name -> shipped(name, home)), home);
      planner.plan("春天");
      double zh = seconds(start);
      planner.plan("spring");
      out.printf(Locale.ROOT, "first plan: zh %.2f s, en %.2f s more%n", zh, seconds(start) - zh);
      List<Pair> pairs = pairs(file, planner);
      time(out, planner, file);
      for (String set : List.of("test", "held", "new", "none")) {
        report(out, set, pairs.stream().filter(pair -> pair.set().equals(set)).toList());
      }
      pairs.forEach(pair -> line(out, pair));
    }
  }

  private static Optional<Path> shipped(String name, Path home) {
    try {
      return ShippedEncoders.folder(name, home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Pair> pairs(Path file, Planner planner)
      throws IOException, InterruptedException {
    List<Pair> pairs = new ArrayList<>();
    for (String[] row : rows(file)) {
      pairs.add(
          new Pair(row[0], row[1], row[2].equals("+"), planner.plan(row[3]), planner.plan(row[4])));
    }
    return pairs;
  }

  private static List<String[]> rows(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.startsWith("#"))
        .skip(1)
        .map(line -> line.split("\t"))
        .toList();
  }

  private static void time(PrintStream out, Planner planner, Path file)
      throws IOException, InterruptedException {
    for (int column : new int[] {3, 4}) {
      List<Double> times = new ArrayList<>();
      for (int round = 0; round < 5; round++) {
        for (String[] row : rows(file)) {
          long start = System.nanoTime();
          planner.plan(row[column]);
          times.add(seconds(start) * 1e3);
        }
      }
      double[] sorted = times.stream().mapToDouble(x -> x).sorted().toArray();
      out.printf(
          Locale.ROOT,
          "warm plan, %s: median %.1f ms, 95th percentile %.1f ms%n",
          column == 3 ? "zh" : "en",
          sorted[sorted.length / 2],
          sorted[sorted.length * 95 / 100]);
    }
  }

  private static void report(PrintStream out, String set, List<Pair> pairs) {
    out.printf("%n%s, %d pairs%14s%18s%n", set, pairs.size(), "paraphrases", "other rows");
    row(out, "same sign of valence", pairs, (a, b) -> sign(a.zh()) == sign(b.en()));
    row(out, "same sign of arousal", pairs, (a, b) -> excited(a.zh()) == excited(b.en()));
    row(out, "same season, both said", pairs, (a, b) -> sameSeason(a.zh(), b.en()));
    row(
        out,
        "same sign and season",
        pairs,
        (a, b) -> sign(a.zh()) == sign(b.en()) && sameSeason(a.zh(), b.en()));
    out.printf(
        "season null: zh %d, en %d of %d; valence as a person meant: zh %d, en %d; season: zh %d, en %d%n",
        pairs.stream().filter(pair -> pair.zh().season().isEmpty()).count(),
        pairs.stream().filter(pair -> pair.en().season().isEmpty()).count(),
        pairs.size(),
        pairs.stream().filter(pair -> sign(pair.zh()) == pair.pleasant()).count(),
        pairs.stream().filter(pair -> sign(pair.en()) == pair.pleasant()).count(),
        pairs.stream().filter(p -> p.zh().season().orElse("").equals(p.season())).count(),
        pairs.stream().filter(p -> p.en().season().orElse("").equals(p.season())).count());
  }

  private static void row(
      PrintStream out, String name, List<Pair> pairs, BiPredicate<Pair, Pair> agrees) {
    int own = 0;
    int other = 0;
    for (Pair a : pairs) {
      for (Pair b : pairs) {
        if (agrees.test(a, b)) {
          own += a == b ? 1 : 0;
          other += a == b ? 0 : 1;
        }
      }
    }
    int n = pairs.size();
    out.printf(
        Locale.ROOT,
        "%-24s%5d/%d (%.0f%%)%14.1f%%%n",
        name,
        own,
        n,
        100.0 * own / n,
        100.0 * other / (n * (n - 1)));
  }

  private static boolean sign(Plan plan) {
    return plan.valence() >= 0;
  }

  private static boolean excited(Plan plan) {
    return plan.arousal() >= 0;
  }

  private static boolean sameSeason(Plan a, Plan b) {
    return a.season().isPresent() && a.season().equals(b.season());
  }

  private static void line(PrintStream out, Pair pair) {
    out.printf(
        Locale.ROOT,
        "%s %s%s  valence %+.2f %+.2f  arousal %+.2f %+.2f  %s %s  %s | %s%n",
        pair.set(),
        pair.season(),
        pair.pleasant() ? "+" : "-",
        pair.zh().valence(),
        pair.en().valence(),
        pair.zh().arousal(),
        pair.en().arousal(),
        Arrays.asList(pair.zh().season().orElse(null), pair.en().season().orElse(null)),
        Arrays.asList(pair.zh().time().orElse(null), pair.en().time().orElse(null)),
        pair.zh().imagery(),
        pair.en().imagery());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
