package dev.triptych.host.bundles;

import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Gate;
import dev.triptych.host.trust.Ground;
import dev.triptych.host.trust.Verdict;
import dev.triptych.host.works.Digest;
import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The plugins of a home folder, over those that are built in: they come and go while jobs run. [any
 * thread; one change at a time]
 *
 * <p>A new version is started beside the old one and put in its place in one step; then the old one
 * is left by the calls inside it, stopped, uninstalled and rewired. If the new one does not come
 * up, nothing has changed.
 */
public final class Plugins {
  /**
   * A bundle that is there.
   *
   * @param modelTypes kinds of language models that it brings, as {@code config.json} names them
   * @param schedulers classes of schedulers that it brings, as {@code scheduler_config.json} names
   *     them
   */
  public record Plugin(
      String id,
      String version,
      boolean builtIn,
      boolean signed,
      List<String> generators,
      List<String> modelTypes,
      List<String> schedulers,
      Optional<String> problem) {

    /** Returns what it brings: generators, kinds of language models, schedulers. */
    public List<String> brings() {
      return Stream.of(generators, modelTypes, schedulers).flatMap(List::stream).toList();
    }
  }

  /** Told when bundles go: what belongs to them must be let go of. */
  public interface Departure {
    /** Stops the jobs inside these bundles, whose time to end by themselves is over. */
    void cancelJobs(Collection<Bundle> bundles, String why);

    /** Forgets what a class loader has loaded, and waits a while for those who use it. */
    void forget(ClassLoader loader, long patienceMillis) throws InterruptedException;
  }

  private static final long UP_MILLIS = 5_000;
  private static final long CANCEL_MILLIS = 5_000;

  private final Framework framework;
  private final Generators generators;
  private final Architectures architectures;
  private final Brought<SchedulerFamily> schedulers;
  private final PluginLock lock;
  private final Gate gate;
  private final Departure departure;
  private final long drainMillis;
  private final Map<String, Bundle> installed = new LinkedHashMap<>();
  private final Map<String, Path> builtIn = new LinkedHashMap<>();
  private final Map<String, String> problems = new LinkedHashMap<>();

  /**
   * Opens the plugins of a home folder; {@link #start} starts them.
   *
   * @param drainMillis how long jobs inside a version that goes may take to end by themselves
   */
  public Plugins(
      Framework framework,
      Generators generators,
      Path home,
      Departure departure,
      long drainMillis) {
    this.framework = framework;
    this.generators = generators;
    this.architectures = new Architectures(framework.context());
    this.schedulers = new Brought<>(framework.context(), SchedulerFamily.class);
    this.lock = new PluginLock(home);
    this.gate = new Gate(home);
    this.departure = departure;
    this.drainMillis = drainMillis;
  }

  /** Starts the bundles that are built in and those that were installed; a problem is kept. */
  public synchronized void start(List<Path> builtInJars) throws IOException {
    Map<String, PluginLock.Row> rows = lock.read();
    for (Path jar : builtInJars) {
      BundleId id = BundleId.of(jar, jar);
      builtIn.put(id.name(), jar);
      if (!rows.containsKey(id.name())) {
        begin(id.name(), () -> framework.installInPlace(jar));
      }
    }
    for (Map.Entry<String, PluginLock.Row> row : rows.entrySet()) {
      Path jar = lock.jar(row.getValue().sha256());
      byte[] bytes = Files.exists(jar) ? Files.readAllBytes(jar) : new byte[0];
      if (Digest.sha256(bytes).equals(row.getValue().sha256())) {
        begin(row.getKey(), () -> framework.install(bytes, jar));
      } else {
        problems.put(row.getKey(), jar + " is missing or damaged: install the plugin again");
      }
    }
  }

  private interface Install {
    Bundle run() throws BundleException;
  }

  private void begin(String id, Install install) {
    Bundle bundle = null;
    try {
      bundle = install.run();
      installed.put(id, bundle);
      bundle.start();
    } catch (BundleException | LinkageError e) {
      problems.put(id, bundle == null ? Sentences.of(e) : Sentences.start(bundle, e));
    }
  }

  /** Returns all bundles with generators, built in or installed, by id. */
  public synchronized List<Plugin> list() throws IOException {
    Map<String, PluginLock.Row> rows = lock.read();
    List<Plugin> plugins = new ArrayList<>();
    Map<Bundle, String> refused = generators.refusals();
    for (Map.Entry<String, Bundle> one : installed.entrySet()) {
      Bundle bundle = one.getValue();
      PluginLock.Row row = rows.get(one.getKey());
      plugins.add(
          new Plugin(
              one.getKey(),
              bundle.getVersion().toString(),
              row == null,
              row != null && row.signed(),
              generators.all().values().stream()
                  .filter(plugged -> plugged.bundle().equals(bundle))
                  .map(plugged -> plugged.descriptor().id())
                  .toList(),
              architectures.modelTypes(bundle),
              classNames(bundle),
              Optional.ofNullable(problems.getOrDefault(one.getKey(), refused.get(bundle)))));
    }
    problems.forEach(
        (id, problem) -> {
          if (!installed.containsKey(id)) {
            plugins.add(
                new Plugin(
                    id, "?", false, false, List.of(), List.of(), List.of(), Optional.of(problem)));
          }
        });
    return plugins;
  }

  /**
   * Installs a plugin, or updates it if one of its symbolic name is there.
   *
   * @throws IllegalArgumentException if the {@link Gate} refuses it, or if it is not a bundle or
   *     does not come up, saying why; then all is as before
   */
  public synchronized Plugin install(Path file, boolean allowUnsigned)
      throws IOException, InterruptedException {
    Candidate candidate = Candidate.read(file);
    Verdict verdict = gate.check(candidate, allowUnsigned);
    byte[] bytes = candidate.bytes();
    String sha256 = candidate.sha256();
    boolean signed = verdict.ground() != Ground.UNSIGNED;
    boolean wasThere = Files.exists(lock.jar(sha256));
    Map<String, PluginLock.Row> before = lock.read();
    Path jar = lock.keep(sha256, bytes);
    Bundle next = null;
    BundleId id;
    boolean up = false;
    try {
      id = BundleId.of(jar, file);
      next = framework.install(bytes, jar);
      generators.hide(List.of(next));
      comeUp(id, next);
      lock.change(rows -> rows.put(id.name(), new PluginLock.Row(id.version(), sha256, signed)));
      up = true;
    } catch (BundleException e) {
      throw new IllegalArgumentException(
          next == null
              ? file + " cannot be installed: " + Sentences.of(e)
              : Sentences.start(next, e),
          e);
    } finally {
      if (!up) {
        giveUp(next);
        if (!wasThere) {
          Files.deleteIfExists(jar);
        }
      }
    }
    Bundle old = installed.put(id.name(), next);
    problems.remove(id.name());
    generators.swap(old == null ? List.of() : List.of(old), next);
    if (old != null) {
      leave(old, "stopped: the plugin " + id.name() + " was replaced by " + id.version());
    }
    if (before.containsKey(id.name())) {
      lock.drop(before.get(id.name()).sha256());
    }
    return one(id.name());
  }

  /**
   * Removes a plugin; one that took the place of a built-in bundle gives it back.
   *
   * @throws IllegalArgumentException if there is no such plugin, or it is built in
   */
  public synchronized void remove(String id) throws IOException, InterruptedException {
    Map<String, PluginLock.Row> rows = lock.read();
    if (!rows.containsKey(id)) {
      throw new IllegalArgumentException(
          builtIn.containsKey(id)
              ? id + " is built in and cannot be removed"
              : "there is no plugin "
                  + id
                  + (rows.isEmpty()
                      ? "; none is installed"
                      : "; installed are " + String.join(", ", rows.keySet())));
    }
    lock.change(all -> all.remove(id));
    problems.remove(id);
    Bundle old = installed.remove(id);
    Path original = builtIn.get(id);
    if (original != null) {
      begin(id, () -> framework.installInPlace(original));
    }
    if (old != null) {
      generators.hide(List.of(old));
      leave(old, "stopped: the plugin " + id + " was removed");
    }
    lock.drop(rows.get(id).sha256());
  }

  /** Returns an entry of each bundle that has one, such as a table of words. */
  public synchronized List<URL> entries(String path) {
    return installed.values().stream()
        .map(bundle -> bundle.getEntry(path))
        .filter(Objects::nonNull)
        .toList();
  }

  private Plugin one(String id) throws IOException {
    return list().stream().filter(plugin -> plugin.id().equals(id)).findFirst().orElseThrow();
  }

  /** Starts a bundle and waits until its generators or models' kinds are there; they stand by. */
  private void comeUp(BundleId id, Bundle next) throws BundleException, InterruptedException {
    try {
      next.start();
    } catch (LinkageError e) {
      throw new IllegalArgumentException(Sentences.start(next, e), e);
    }
    long end = System.currentTimeMillis() + UP_MILLIS;
    while (generators.of(next).isEmpty()
        && architectures.modelTypes(next).isEmpty()
        && classNames(next).isEmpty()) {
      String refusal = generators.refusals().get(next);
      if (refusal != null) {
        throw new IllegalArgumentException(refusal);
      }
      if (System.currentTimeMillis() > end) {
        throw new IllegalArgumentException(
            "the plugin "
                + id.name()
                + " started, but no generator, architecture or scheduler came up: is it a @Component?");
      }
      Thread.sleep(1);
    }
    for (Plugged plugged : generators.of(next)) {
      Plugged taken = generators.all().get(plugged.descriptor().id());
      if (taken != null && !id.name().equals(taken.bundle().getSymbolicName())) {
        throw new IllegalArgumentException(
            "the generator id "
                + plugged.descriptor().id()
                + " of "
                + id.name()
                + " is taken by "
                + taken.bundle().getSymbolicName());
      }
    }
  }

  private List<String> classNames(Bundle bundle) {
    return schedulers.of(bundle).stream()
        .flatMap(family -> family.classNames().stream())
        .sorted()
        .toList();
  }

  /** Takes out a bundle that did not come up, with the models of kinds that it brought. */
  private void giveUp(Bundle next) throws IOException, InterruptedException {
    if (next != null) {
      try {
        stopAndForget(next);
        framework.uninstall(List.of(next));
      } catch (BundleException e) {
        throw new IOException("the plugin that failed cannot be taken out again", e);
      } finally {
        generators.forget(next);
      }
    }
  }

  /** Waits for the calls inside a bundle whose generators are out already, then removes it. */
  private void leave(Bundle old, String why) throws IOException, InterruptedException {
    List<Plugged> going = generators.of(old);
    boolean empty = true;
    for (Plugged plugged : going) {
      empty &= plugged.drain(drainMillis);
    }
    if (!empty) {
      departure.cancelJobs(List.of(old), why);
      for (Plugged plugged : going) {
        plugged.drain(CANCEL_MILLIS);
      }
    }
    try {
      stopAndForget(old);
      framework.uninstall(List.of(old));
    } catch (BundleException e) {
      throw new IOException(old + " cannot be uninstalled: " + Sentences.of(e), e);
    } finally {
      generators.forget(old);
    }
  }

  /** Stops a bundle, so that no model of a kind that it brought is loaded any more. */
  private void stopAndForget(Bundle bundle) throws BundleException, InterruptedException {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    ClassLoader loader = wiring == null ? null : wiring.getClassLoader();
    bundle.stop();
    if (loader != null) {
      departure.forget(loader, drainMillis);
    }
  }
}
