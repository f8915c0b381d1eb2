package dev.triptych.bench;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.bench.cycled.CycledGenerator;
import dev.triptych.bench.cycled.Scale;
import dev.triptych.bench.cycled.SteadyGenerator;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Installs, uses, updates, uses and removes a plugin again and again, which leases a model whose
 * class it brings and computes natively, while threads ask another generator all the time.
 *
 * <p>{@code bench/run PluginCycles --cycles 1000 --threads 4} prints lost requests, class loaders
 * left, what grew between the middle and the end, and how long changes and requests took.
 */
public final class PluginCycles {
  private static final String ID = "bench.cycled";
  private static final long QUIET_MILLIS = 5_000;

  /** What a process takes, after garbage was collected. */
  record Footprint(long heap, long metaspace, long resident, long files) {}

  /** What was measured; times in nanoseconds. */
  record Result(
      long requests,
      long failed,
      int loaders,
      Footprint middle,
      Footprint end,
      Latencies installs,
      Latencies updates,
      Latencies removals,
      Latencies quiet,
      Latencies meanwhile) {}

  private final Host host;
  private final Path first;
  private final Path next;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
  private final Latencies installs = new Latencies();
  private final Latencies updates = new Latencies();
  private final Latencies removals = new Latencies();
  private volatile Latencies asked;
  private volatile boolean over;

  private PluginCycles(Host host, Path first, Path next) {
    this.host = host;
    this.first = first;
    this.next = next;
  }

  /** Runs the cycles and prints what was measured. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> given = Map.of("--cycles", "1000", "--threads", "4");
    int cycles = Integer.parseInt(value(arguments, "--cycles", given));
    int threads = Integer.parseInt(value(arguments, "--threads", given));
    Result result = run(Files.createTempDirectory("cycles-"), cycles, threads, QUIET_MILLIS);
    System.out.printf("cycles %d, threads %d%n", cycles, threads);
    System.out.printf("requests %d, failed %d%n", result.requests, result.failed);
    System.out.printf("class loaders left %d%n", result.loaders);
    grown("heap", result.middle.heap, result.end.heap);
    grown("metaspace", result.middle.metaspace, result.end.metaspace);
    grown("resident", result.middle.resident, result.end.resident);
    grown("open files", result.middle.files, result.end.files);
    System.out.println("install   " + result.installs);
    System.out.println("update    " + result.updates);
    System.out.println("remove    " + result.removals);
    System.out.println("requests, quiet      " + result.quiet);
    System.out.println("requests, meanwhile  " + result.meanwhile);
    System.exit(result.failed == 0 && result.loaders == 0 ? 0 : 1);
  }

  private static String value(String[] arguments, String name, Map<String, String> given) {
    for (int i = 0; i + 1 < arguments.length; i++) {
      if (arguments[i].equals(name)) {
        return arguments[i + 1];
      }
    }
    return given.get(name);
  }

  private static void grown(String what, long middle, long end) {
    System.out.printf(
        Locale.ROOT,
        "%s %d, then %d: %+.2f %%%n",
        what,
        middle,
        end,
        100.0 * (end - middle) / middle);
  }

  /** Runs so many cycles in a home of its own. */
  static Result run(Path folder, int cycles, int threads, long quietMillis) throws Exception {
    Path steady =
        PluginJar.write(
            folder.resolve("steady.jar"), "bench.steady", "1.0.0", SteadyGenerator.class);
    Path first = cycled(folder, "1.0.0");
    Path next = cycled(folder, "1.1.0");
    Host.Options options = Host.Options.of(Home.of(folder.resolve("home")), List.of(steady));
    try (Host host = Host.start(options)) {
      host.libtorch();
      return new PluginCycles(host, first, next).run(cycles, threads, quietMillis);
    }
  }

  private static Path cycled(Path folder, String version) throws IOException {
    return PluginJar.write(
        folder.resolve(version + ".jar"), ID, version, CycledGenerator.class, Scale.class);
  }

  private Result run(int cycles, int threads, long quietMillis) throws Exception {
    Latencies quiet = new Latencies();
    Latencies meanwhile = new Latencies();
    asked = quiet;
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread asker = new Thread(this::askAllTheTime, "asker " + i);
      asker.start();
      askers.add(asker);
    }
    Thread.sleep(quietMillis);
    asked = meanwhile;
    Footprint middle = null;
    for (int i = 0; i < cycles; i++) {
      cycle();
      if (i == cycles / 2) {
        middle = footprint();
      }
    }
    Footprint end = footprint();
    over = true;
    for (Thread asker : askers) {
      asker.join();
    }
    return new Result(
        requests.get(),
        failed.get(),
        left(),
        middle,
        end,
        installs,
        updates,
        removals,
        quiet,
        meanwhile);
  }

  private void cycle() throws Exception {
    long begin = System.nanoTime();
    host.plugins().install(Candidate.read(first), new Terms(true));
    installs.add(System.nanoTime() - begin);
    remember();
    ask(ID);
    Jobs.Placed running =
        host.jobs().submit(Order.of(ID, request()), (id, done, phase) -> {}); // through the update
    begin = System.nanoTime();
    host.plugins().install(Candidate.read(next), new Terms(true));
    updates.add(System.nanoTime() - begin);
    remember();
    count(running.await());
    ask(ID);
    begin = System.nanoTime();
    host.plugins().remove(ID);
    removals.add(System.nanoTime() - begin);
  }

  private void remember() {
    loaders.add(
        new WeakReference<>(
            host.generators().find(ID).orElseThrow().generator().getClass().getClassLoader()));
  }

  private void askAllTheTime() {
    while (!over) {
      long begin = System.nanoTime();
      ask("bench.steady");
      asked.add(System.nanoTime() - begin);
    }
  }

  private void ask(String id) {
    try {
      count(host.jobs().run(List.of(Order.of(id, request())), (a, b, c) -> {}).get(0));
    } catch (RuntimeException | InterruptedException e) {
      requests.incrementAndGet();
      failed.incrementAndGet();
      System.err.println(e);
    }
  }

  private void count(Outcome outcome) {
    requests.incrementAndGet();
    if (!outcome.succeeded()) {
      failed.incrementAndGet();
      System.err.println(outcome.failure().orElseThrow().sentence());
    }
  }

  private static Request request() {
    return Request.of("spring", Plan.of(Map.of()), 7);
  }

  private int left() throws InterruptedException {
    int left = loaders.size();
    for (int i = 0; i < 20 && left > 0; i++) {
      System.gc();
      Thread.sleep(50);
      left = (int) loaders.stream().filter(one -> one.get() != null).count();
    }
    return left;
  }

  private static Footprint footprint() throws Exception {
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(50);
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    long metaspace =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .map(MemoryPoolMXBean::getUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum();
    return new Footprint(heap, metaspace, resident(), files());
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }

  private static long files() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }
}
