package dev.triptych.host.bundles;

import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Verdict;
import dev.triptych.host.works.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * The bundles that run, by symbolic name: those built in, and over them those of a set. [changed by
 * one thread at a time; read by any]
 */
final class Lineup {
  /**
   * A bundle that runs.
   *
   * @param sha256 of its jar, and whether it is isolated; empty if it is built in
   */
  private record Running(Bundle bundle, String sha256) {}

  private record BuiltIn(Path jar, String version) {}

  /** How a change is made. */
  enum Manner {
    /** Nobody waits for a bundle, and one that does not start is a problem that is kept. */
    START,
    /** A bundle that does not come up is a problem that is kept. */
    ADOPT,
    /** A bundle that does not come up undoes the change, unless it was a problem before. */
    CHANGE
  }

  /** Makes a change last; what it throws undoes the change. */
  interface Commit {
    void run() throws IOException;
  }

  private final Framework framework;
  private final Generators generators;
  private final Catalogue catalogue;
  private final PluginLock lock;
  private final Departure departure;
  private final Seclusion seclusion;
  private final long drainMillis;
  private final Map<String, BuiltIn> builtIn = new LinkedHashMap<>();
  private volatile Map<String, Running> running = Map.of();
  private volatile Map<String, String> problems = Map.of();

  Lineup(
      Framework framework,
      Generators generators,
      PluginLock lock,
      Departure departure,
      Seclusion seclusion,
      long drainMillis) {
    this.framework = framework;
    this.generators = generators;
    this.catalogue = new Catalogue(framework, generators);
    this.lock = lock;
    this.departure = departure;
    this.seclusion = seclusion;
    this.drainMillis = drainMillis;
  }

  /** Says which bundles came with the program; before the first change. */
  void builtIn(List<Path> jars) throws IOException {
    for (Path jar : jars) {
      BundleId id = BundleId.of(jar, jar.toString());
      builtIn.put(id.name(), new BuiltIn(jar, id.version()));
    }
  }

  boolean isBuiltIn(String id) {
    return builtIn.containsKey(id);
  }

  List<Bundle> bundles() {
    return running.values().stream().map(Running::bundle).toList();
  }

  /**
   * Lets the bundles of a set run, and those built in that it does not cover.
   *
   * @param manner how strict to be
   * @param anew those that are started anew although the same jar runs; they must come up
   * @param commit called once all that must come up has; it takes effect then
   * @return the change, whose {@link Turnover#leave} must follow
   * @throws IllegalArgumentException if one that must does not come up; then all is as before
   */
  Turnover turn(Manner manner, PluginSet set, Set<String> anew, Commit commit)
      throws IOException, InterruptedException {
    Map<String, String> wanted = wanted(set);
    Set<String> out = goes(wanted, anew);
    Turnover turnover = new Turnover(framework, generators, catalogue, departure, drainMillis);
    turnover.goes(out.stream().map(id -> running.get(id).bundle()).toList());
    Map<String, String> remaining = new TreeMap<>();
    boolean made = false;
    try {
      Set<String> in = new LinkedHashSet<>(wanted.keySet());
      in.removeIf(id -> running.containsKey(id) && !out.contains(id));
      for (Step step : Step.values()) {
        for (String id : List.copyOf(in)) {
          try {
            take(step, id, set, turnover, manner);
          } catch (IllegalArgumentException e) {
            boolean must = anew.contains(id) || out.contains(id) || !problems.containsKey(id);
            if (must && manner == Manner.CHANGE && set.rows().containsKey(id)) {
              throw e;
            }
            remaining.put(id, e.getMessage());
            turnover.giveUp(id);
            in.remove(id);
          }
        }
      }
      commit.run();
      made = true;
    } finally {
      if (!made) {
        turnover.giveUp();
      }
    }
    Map<String, Running> next = new TreeMap<>(running);
    next.keySet().removeAll(out);
    turnover.coming().forEach((id, bundle) -> next.put(id, new Running(bundle, wanted.get(id))));
    turnover.swap();
    running = next;
    problems = remaining;
    return turnover;
  }

  private enum Step {
    INSTALL,
    START,
    AWAIT
  }

  private void take(Step step, String id, PluginSet set, Turnover turnover, Manner manner)
      throws IOException, InterruptedException {
    switch (step) {
      case INSTALL -> {
        Row row = set.rows().get(id);
        turnover.comes(
            id, row == null ? () -> framework.installInPlace(builtIn.get(id).jar) : kept(row));
      }
      case START -> {
        turnover.start(id);
        Row row = set.rows().get(id);
        if (row != null && row.isolated()) {
          seclusion.come(turnover.coming().get(id), lock.jar(row.sha256()));
        }
      }
      case AWAIT -> {
        if (manner != Manner.START) {
          turnover.awaitUp(id);
        }
      }
    }
  }

  /** Reads a jar that was kept, if it is still what it was. */
  private Turnover.Install kept(Row row) throws IOException {
    Path jar = lock.jar(row.sha256());
    byte[] bytes = Files.exists(jar) ? Files.readAllBytes(jar) : new byte[0];
    if (!Digest.sha256(bytes).equals(row.sha256())) {
      throw new IllegalArgumentException(jar + " is missing or damaged: install the plugin again");
    }
    byte[] installed = row.isolated() ? seclusion.standIn(jar) : bytes;
    return () -> framework.install(installed, jar);
  }

  /** Returns what should run: the digest of the jar, or an empty one for what is built in. */
  private Map<String, String> wanted(PluginSet set) {
    Map<String, String> wanted = new LinkedHashMap<>();
    builtIn.keySet().forEach(id -> wanted.put(id, ""));
    set.rows().forEach((id, row) -> wanted.put(id, row.running()));
    return wanted;
  }

  /** Returns those that run and must go, or be started anew since they are wired to one. */
  private Set<String> goes(Map<String, String> wanted, Set<String> anew) {
    Set<String> out = new LinkedHashSet<>();
    running.forEach(
        (id, one) -> {
          if (anew.contains(id) || !one.sha256.equals(wanted.get(id))) {
            out.add(id);
          }
        });
    out.addAll(dependents(out.stream().map(id -> running.get(id).bundle()).toList()));
    return out;
  }

  private Set<String> dependents(Collection<Bundle> bundles) {
    Set<String> ids = new LinkedHashSet<>();
    if (!bundles.isEmpty()) {
      Collection<Bundle> all = framework.dependents(bundles);
      running.forEach(
          (id, one) -> {
            if (all.contains(one.bundle())) {
              ids.add(id);
            }
          });
    }
    return ids;
  }

  /** Installs a bundle, looks at its wiring without starting it, and takes it out again. */
  Preview preview(BundleId id, Candidate candidate, Path jar, Verdict verdict, long bytes)
      throws IOException, InterruptedException {
    Running old = running.get(id.name());
    List<Bundle> replaced = old == null ? List.of() : List.of(old.bundle());
    Bundle bundle = null;
    framework.avoid(replaced);
    try {
      bundle = framework.install(candidate.bytes(), jar);
      framework.resolve(bundle);
      return new Preview(
          id.name(),
          Optional.ofNullable(old).map(one -> one.bundle().getVersion().toString()),
          bundle.getVersion().toString(),
          verdict,
          catalogue.requirements().imports(bundle),
          catalogue.requirements().missing(bundle),
          List.copyOf(dependents(replaced)),
          bytes);
    } catch (BundleException e) {
      throw new IllegalArgumentException(id.name() + " cannot be installed: " + Sentences.of(e), e);
    } finally {
      framework.avoid(Set.of());
      if (bundle != null) {
        takeOut(bundle);
      }
    }
  }

  private void takeOut(Bundle bundle) throws IOException, InterruptedException {
    try {
      framework.uninstall(List.of(bundle));
    } catch (BundleException e) {
      throw new IOException(bundle + " cannot be uninstalled: " + Sentences.of(e), e);
    }
  }

  /** Returns all that runs, or should, in the order of their ids, those built in first. */
  List<Plugin> list(PluginSet set) {
    Map<String, Running> now = running;
    Map<String, String> troubles = problems;
    Map<Bundle, String> refused = generators.refusals();
    List<Plugin> plugins = new ArrayList<>();
    for (String id : wanted(set).keySet()) {
      Optional<Row> row = Optional.ofNullable(set.rows().get(id));
      Running one = now.get(id);
      if (one == null) {
        String version = row.map(Row::version).orElseGet(() -> builtIn.get(id).version);
        String problem = troubles.getOrDefault(id, "it is being changed this very moment");
        plugins.add(
            new Plugin(id, version, row, List.of(), List.of(), List.of(), Optional.of(problem)));
        continue;
      }
      Bundle bundle = one.bundle();
      plugins.add(
          new Plugin(
              id,
              bundle.getVersion().toString(),
              row,
              catalogue.generators(bundle),
              catalogue.modelTypes(bundle),
              catalogue.schedulers(bundle),
              Optional.ofNullable(refused.get(bundle)).or(() -> waits(bundle))));
    }
    return plugins;
  }

  private Optional<String> waits(Bundle bundle) {
    return catalogue.components().obstacle(bundle).map(Components.Obstacle::sentence);
  }
}
