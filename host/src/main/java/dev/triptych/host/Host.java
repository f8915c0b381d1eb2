package dev.triptych.host;

import dev.triptych.api.Plan;
import dev.triptych.host.bundles.Framework;
import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.plan.Planner;
import dev.triptych.host.works.Works;
import dev.triptych.models.ledger.Devices;
import dev.triptych.models.ledger.ModelManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;

/**
 * The program, started: what the command line, and later the web, talk to. [any thread]
 *
 * <p>{@link #start} does, in this order:
 *
 * <ol>
 *   <li>{@link Ignition}, beside each other: (a) checks that the home folder can be written,
 *       touches ImageIO, DJL's engine and the tokenizers on the program's own class loader, natives
 *       unpacked below the home folder behind a file lock; (b) starts Felix with Declarative
 *       Services;
 *   <li>opens works, the model manager and jobs;
 *   <li>starts the built-in bundles and the installed plugins.
 * </ol>
 */
public final class Host implements AutoCloseable {

  /**
   * How to start.
   *
   * @param home the home folder and its settings
   * @param bundles the jars of the built-in bundles
   * @param natives whether to load libtorch; without it, no bundle may use a model
   * @param drainMillis how long jobs inside a plugin that is updated or removed may take to end
   */
  public record Options(Home home, List<Path> bundles, boolean natives, long drainMillis) {
    private static final long DRAIN_MILLIS = 60_000;

    /** Returns the options of a usual start. */
    public static Options of(Home home, List<Path> bundles) {
      return new Options(home, bundles, true, DRAIN_MILLIS);
    }

    /** Returns these options without libtorch. */
    public Options withoutNatives() {
      return new Options(home, bundles, false, drainMillis);
    }

    /** Returns these options with another time for jobs inside a plugin that goes. */
    public Options withDrainMillis(long millis) {
      return new Options(home, bundles, natives, millis);
    }
  }

  private final Framework framework;
  private final Generators generators;
  private final Works works;
  private final HubModels hub;
  private final ModelManager models;
  private final SharedModels desk;
  private final Jobs jobs;
  private final Plugins plugins;
  private final Path home;
  private Planner planner;

  private Host(Framework framework, Options options) throws IOException {
    Home settings = options.home;
    this.home = settings.folder();
    this.framework = framework;
    this.works = new Works(home);
    this.generators = new Generators(framework.context());
    this.hub = new HubModels(settings);
    this.models =
        new ModelManager(
            home,
            settings.memoryBytes().orElseGet(() -> Memory.physicalBytes() / 4),
            options.natives ? Devices.choose(settings.device().orElse("auto")) : Devices.cpu());
    this.desk = new SharedModels(models, framework, hub);
    Supplier<Map<String, String>> environment = options.natives ? Natives::environment : Map::of;
    int cores = settings.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    this.jobs = new Jobs(generators, works, desk, environment, cores);
    this.plugins = new Plugins(framework, generators, home, new Departures(), options.drainMillis);
    plugins.start(options.bundles);
  }

  /**
   * Starts the program.
   *
   * @throws IllegalArgumentException if the home folder cannot be written
   * @throws IOException if a part of the program is missing or damaged
   */
  public static Host start(Options options) throws IOException {
    return start(options, Ignition.of(options.home.folder(), options.natives));
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
      return new Host(framework, options); // 2, 3
    } catch (RuntimeException | IOException e) {
      ignition.close();
      throw e;
    }
  }

  /**
   * Makes the plan that all works of a prompt share.
   *
   * @throws IOException if the sentence encoders cannot be loaded
   */
  public Plan plan(String prompt) throws IOException, InterruptedException {
    synchronized (this) {
      if (planner == null) {
        planner = new Planner(models, desk.everywhere(), home);
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

  /** Returns the model manager. */
  public ModelManager models() {
    return models;
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
    generators.close();
    models.close();
    framework.close();
  }

  /** What belongs to bundles that go: their jobs and their models. */
  private final class Departures implements Plugins.Departure {
    @Override
    public void cancelJobs(Collection<Bundle> bundles) {
      jobs.cancel(bundles);
    }

    @Override
    public void forget(ClassLoader loader) {
      models.evictLoadedBy(loader);
    }
  }
}
