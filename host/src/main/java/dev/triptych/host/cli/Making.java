package dev.triptych.host.cli;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Host;
import dev.triptych.host.cli.Assignments.Wish;
import dev.triptych.host.exhibit.Exhibit;
import dev.triptych.host.exhibit.Piece;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.works.PrettyJson;
import dev.triptych.host.works.StoredWork;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Runs generators on one plan and one seed, and shows what came of it. */
final class Making {
  private final Session session;
  private final TriptychCommand program;
  private final boolean json;
  private final boolean isolate;
  private final ProgressLine progress;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final long begin = System.nanoTime();

  Making(TriptychCommand program, boolean json) {
    this(program, json, false);
  }

  Making(TriptychCommand program, boolean json, boolean isolate) {
    this.program = program;
    this.session = program.session();
    this.json = json;
    this.isolate = isolate;
    this.progress = new ProgressLine(session.console(), program.quiet(), session::say);
  }

  ProgressLine progress() {
    return progress;
  }

  /** Notes how long a part took. */
  void took(String part, double howLong) {
    seconds.put(part, Math.round(howLong * 1000) / 1000.0);
  }

  /**
   * Checks what the user set, before anything slow.
   *
   * @param values the user's values by generator
   */
  List<Wish> check(List<String> generators, Map<String, Map<String, String>> values)
      throws IOException {
    Host host = session.host();
    Assignments assignments = new Assignments(session);
    List<Wish> wishes = new ArrayList<>();
    for (String id : generators) {
      var descriptor = assignments.generator(id, host.generators()).descriptor();
      wishes.add(assignments.check(descriptor, values.getOrDefault(id, Map.of()), host.works()));
    }
    return wishes;
  }

  /** Plans a prompt. */
  Plan plan(String prompt) throws IOException, InterruptedException {
    progress.say(session.messages().text("planning"));
    long start = System.nanoTime();
    Plan plan = session.host().plan(prompt);
    took("plan", (System.nanoTime() - start) / 1e9);
    return plan;
  }

  /**
   * Makes the works, writes the folder and prints.
   *
   * @return the exit code
   */
  int make(String prompt, long seed, Plan plan, List<Wish> wishes, Exhibit exhibit)
      throws IOException, InterruptedException {
    List<Order> orders = new ArrayList<>();
    for (Wish wish : wishes) {
      Request request =
          Request.of(prompt, plan, seed).withValues(wish.values()).withInputs(wish.inputs());
      Order order = Order.of(wish.generator(), request);
      orders.add(isolate ? order.inItsOwnProcess() : order);
    }
    List<Outcome> outcomes = session.run(orders, progress);
    progress.end();
    List<StoredWork> works = new ArrayList<>();
    Map<String, String> failures = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      works.addAll(outcome.works());
      outcome
          .failure()
          .ifPresent(one -> failures.put(outcome.generator(), session.say(one.sentence())));
      took(outcome.generator(), outcome.seconds());
    }
    tell(outcomes);
    if (outcomes.stream().anyMatch(Making::cancelled)) {
      throw new CancellationException();
    }
    List<Piece> pieces = Piece.name(works);
    Path folder = pieces.isEmpty() ? null : exhibit.write(prompt, seed, plan, pieces, failures);
    took("total", (System.nanoTime() - begin) / 1e9);
    if (json) {
      printJson(prompt, seed, plan, pieces, folder, failures);
    } else if (folder != null) {
      print(seed, pieces, folder);
    }
    if (failures.isEmpty()) {
      return Main.OK;
    }
    return outcomes.stream().allMatch(Making::mistaken) ? Main.MISTAKE : Main.FAILED;
  }

  private static boolean cancelled(Outcome outcome) {
    return outcome.failure().filter(one -> one.fault() == Fault.CANCELLED).isPresent();
  }

  private static boolean mistaken(Outcome outcome) {
    return outcome.succeeded()
        || outcome.failure().filter(one -> one.fault() == Fault.MISTAKE).isPresent();
  }

  /** Failures and remarks, and the timeline if it is wanted. */
  private void tell(List<Outcome> outcomes) throws IOException {
    PrintStream err = session.console().err();
    if (program.verbose()) {
      session
          .host()
          .libtorchLoaded()
          .ifPresent(moment -> program.mark(session.secondsAt(moment), "libtorch loaded"));
    }
    for (Outcome outcome : outcomes) {
      if (program.verbose()) {
        for (Outcome.Mark mark : outcome.timeline()) {
          err.printf(
              Locale.ROOT, "%8.3f s  %s: %s%n", mark.seconds(), outcome.generator(), mark.what());
        }
      }
      outcome.remarks().forEach(remark -> err.println("triptych: " + session.say(remark)));
      outcome
          .failure()
          .filter(failure -> failure.fault() != Fault.CANCELLED)
          .ifPresent(failure -> err.println("triptych: " + session.say(failure.sentence())));
    }
  }

  private void print(long seed, List<Piece> pieces, Path folder) throws IOException {
    PrintStream out = session.console().out();
    if (!program.quiet()) {
      for (Piece piece : pieces) {
        if (piece.work().mediaType().equals("text/plain")) {
          out.println(new String(piece.work().bytes(), StandardCharsets.UTF_8).strip());
          out.println();
        }
      }
    }
    Path shown = shown(folder);
    for (Piece piece : pieces) {
      out.println(shown.resolve(piece.file()));
    }
    out.println(shown.resolve("index.html"));
    if (!program.quiet()) {
      out.println(session.messages().text("seed", seed));
    }
  }

  private void printJson(
      String prompt,
      long seed,
      Plan plan,
      List<Piece> pieces,
      Path folder,
      Map<String, String> failures) {
    String below = folder == null ? "" : shown(folder) + folder.getFileSystem().getSeparator();
    Map<String, Object> object = Exhibit.json(prompt, seed, plan, pieces, below);
    object.put("seconds", seconds);
    if (!failures.isEmpty()) {
      object.put("failures", failures);
    }
    session.console().out().println(PrettyJson.write(object));
  }

  /** Returns the folder as short as it can be said: relative to the current one if below it. */
  private Path shown(Path folder) {
    Path current = session.folder().toAbsolutePath();
    return folder.startsWith(current) && !folder.equals(current)
        ? current.relativize(folder)
        : folder;
  }
}
