package dev.triptych.host;

import dev.triptych.api.Plan;
import dev.triptych.host.Ignition.Libtorch;
import dev.triptych.host.bundles.Departure;
import dev.triptych.host.bundles.Framework;
import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.isolate.Workers;
import dev.triptych.host.jobs.Bounds;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.ModelDesk;
import dev.triptych.host.plan.Planner;
import dev.triptych.host.works.Works;
import dev.triptych.models.ledger.Devices;
import dev.triptych.models.ledger.ModelManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;

/**
 * The program, started: what the command line, and later the web, talk to. [any thread]
 *
 * <p>{@link #start} does, in this order:
 *
 * <ol>
 *   <li>{@link Ignition}, beside each other: (a) checks that the home folder can be written and
 *       touches DJL and ImageIO on the program's own class loader; (b) starts Felix with
 *       Declarative Services; (c) begins to load libtorch, unpacked below the home folder behind a
 *       file lock;
 *   <li>opens works and jobs;
 *   <li>starts the built-in bundles and the installed plugins.
 * </ol>
 *
 * <p>Then every generator can be asked. libtorch may still be loading: the first model waits for
 * it.
 */
public final class Host implements AutoCloseable {

  /**
   * How to start.
   *
   * @param home the home folder and its settings
   * @param bundles the jars of the built-in bundles
   * @param natives whether there is libtorch; without it, no bundle may use a model
   * @param drainMillis how long jobs inside a plugin that is updated or removed may take to end
   * @param bounds how far a generator may go before the host steps in
   * @param installed whether the plugins of the home folder are started
   */
  public record Options(
      Home home,
      List<Path> bundles,
      boolean natives,
      long drainMillis,
      Bounds bounds,
      boolean installed) {
    private static final long DRAIN_MILLIS = 60_000;

    /** Returns the options of a usual start. */
    public static Options of(Home home, List<Path> bundles) {
      return new Options(home, bundles, true, DRAIN_MILLIS, Bounds.USUAL, true);
    }

    /** Returns these options without libtorch. */
    public Options withoutNatives() {
      return new Options(home, bundles, false, drainMillis, bounds, installed);
    }

    /** Returns these options with another time for jobs inside a plugin that goes. */
    public Options withDrainMillis(long millis) {
      return new Options(home, bundles, natives, millis, bounds, installed);
    }

    /** Returns these options with other bounds for jobs. */
    public Options withBounds(Bounds others) {
      return new Options(home, bundles, natives, drainMillis, others, installed);
    }

    /** Returns these options without the plugins that are installed in the home folder. */
    public Options alone() {
      return new Options(home, bundles, natives, drainMillis, bounds, false);
    }
  }

  private final Framework framework;
  private final Generators generators;
  private final Works works;
  private final HubModels hub;
  private final Optional<Natives> natives;
  private final SharedModels desk;
  private final Workers workers;
  private final Jobs jobs;
  private final Plugins plugins;
  private final Path home;
  private Planner planner;

  private Host(Framework framework, Optional<Natives> natives, Options options) throws IOException {
    Home settings = options.home;
    this.home = settings.folder();
    this.framework = framework;
    this.natives = natives;
    this.works = new Works(home);
    this.generators = new Generators(framework.context());
    this.hub = new HubModels(settings);
    long budget = settings.memoryBytes().orElseGet(() -> Memory.bytes() / 4);
    String device = natives.isEmpty() ? "cpu" : settings.device().orElse("auto");
    this.desk = new SharedModels(() -> open(budget, device), budget, framework, hub);
    if (!device.matches("auto|cpu")) {
      desk.manager(); // a device that is not there is told at once
    }
    int cores = settings.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    Supplier<Map<String, String>> environment = natives.isEmpty() ? Map::of : Natives::environment;
    this.workers = new Workers(framework, home, options.natives);
    this.jobs = new Jobs(generators, works, desk, workers, environment, cores, options.bounds);
    this.plugins =
        new Plugins(framework, generators, home, new Departures(), workers, options.drainMillis);
    try {
      if (options.installed) {
        plugins.start(options.bundles);
      } else {
        plugins.startAlone(options.bundles);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the plugins started", e);
    }
  }

  private ModelManager open(long budget, String device) throws IOException {
    libtorch();
    return new ModelManager(home, budget, Devices.choose(device));
  }

  /**
   * Starts the program.
   *
   * @throws IllegalArgumentException if the home folder cannot be written
   * @throws IOException if a part of the program is missing or damaged
   */
  public static Host start(Options options) throws IOException {
    Libtorch libtorch = options.natives ? Libtorch.AT_ONCE : Libtorch.NEVER;
    return start(options, Ignition.of(options.home.folder(), libtorch));
  }

  /**
   * Starts the program from slow beginnings that were made earlier, and that belong to it from now
   * on.
   *
   * @throws IllegalArgumentException if the home folder cannot be written
   * @throws IOException if a part of the program is missing or damaged
   */
  public static Host start(Options options, Ignition ignition) throws IOException {
    try {
      Framework framework = ignition.await(); // 1
      return new Host(framework, ignition.natives(), options); // 2, 3
    } catch (RuntimeException | IOException e) {
      ignition.close();
      throw e;
    }
  }

  /**
   * Waits until libtorch is loaded.
   *
   * @throws IOException if it does not start, saying why
   */
  public void libtorch() throws IOException {
    if (natives.isPresent()) {
      natives.get().await();
    }
  }

  /** Returns when libtorch was loaded; empty if it is not. */
  public Optional<Instant> libtorchLoaded() {
    return natives.flatMap(Natives::loaded);
  }

  /**
   * Makes the plan that all works of a prompt share.
   *
   * @throws IOException if the sentence encoders cannot be loaded
   */
  public Plan plan(String prompt) throws IOException, InterruptedException {
    synchronized (this) {
      if (planner == null) {
        planner = new Planner(desk.manager(), desk.everywhere(), home);
      }
    }
    return planner.plan(prompt);
  }

  /** Returns the model catalog. */
  public List<ModelCatalog.Row> catalog() throws IOException {
    return new ModelCatalog(generators, desk, hub, home).list();
  }

  /** Returns the home folder. */
  public Path home() {
    return home;
  }

  /** Returns the generators that are plugged in. */
  public Generators generators() {
    return generators;
  }

  /** Returns the jobs. */
  public Jobs jobs() {
    return jobs;
  }

  /** Returns the store of finished works. */
  public Works works() {
    return works;
  }

  /** Returns the plugins. */
  public Plugins plugins() {
    return plugins;
  }

  /**
   * Returns the model manager.
   *
   * @throws UncheckedIOException if libtorch does not start
   */
  public ModelManager models() {
    try {
      return desk.manager();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns where jobs borrow models. */
  public ModelDesk desk() {
    return desk;
  }

  /** Returns the models in the hub caches. */
  public HubModels hub() {
    return hub;
  }

  /** Returns which kinds of models can be run. */
  public ModelKinds kinds() {
    return new ModelKinds(framework.context());
  }

  /** Returns the embedded Felix. */
  public Framework framework() {
    return framework;
  }

  /** Cancels jobs, lets models and bundles go. */
  @Override
  public void close() {
    jobs.close();
    workers.close();
    generators.close();
    desk.close();
    natives.ifPresent(Natives::settle);
    framework.close();
  }

  /** What belongs to bundles that go: their jobs and their models. */
  private final class Departures implements Departure {
    @Override
    public void cancelJobs(Collection<Bundle> bundles, String why) {
      jobs.cancel(bundles, why);
    }

    @Override
    public void forget(ClassLoader loader, long patienceMillis) throws InterruptedException {
      desk.forget(loader, patienceMillis);
    }
  }
}
