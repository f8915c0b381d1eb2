package dev.triptych.host.bundles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/**
 * One change of the bundles that run: some come, some go, in one step. [one thread]
 *
 * <p>Those that come are started beside those that go, which they are never wired to; their
 * generators stand by until {@link #swap}. Then {@link #leave} waits for the calls inside those
 * that go, and takes them out. If not all come up, {@link #giveUp} takes them out again, and
 * nothing has changed.
 */
final class Turnover {
  private static final long UP_MILLIS = 5_000;
  private static final long REFERENCE_MILLIS = 250; // others may still be starting
  private static final long CANCEL_MILLIS = 5_000;

  /** Makes a bundle of a jar. */
  interface Install {
    Bundle run() throws BundleException, IOException;
  }

  private final Framework framework;
  private final Generators generators;
  private final Catalogue catalogue;
  private final Departure departure;
  private final long drainMillis;
  private final Map<String, Bundle> coming = new LinkedHashMap<>();
  private final Set<Bundle> going = new LinkedHashSet<>();

  Turnover(
      Framework framework,
      Generators generators,
      Catalogue catalogue,
      Departure departure,
      long drainMillis) {
    this.framework = framework;
    this.generators = generators;
    this.catalogue = catalogue;
    this.departure = departure;
    this.drainMillis = drainMillis;
  }

  /** Says that these go. */
  void goes(Collection<Bundle> bundles) {
    going.addAll(bundles);
    framework.avoid(going);
  }

  /**
   * Installs a bundle that comes.
   *
   * @throws IllegalArgumentException if it cannot be installed, saying why
   */
  void comes(String id, Install install) throws IOException {
    try {
      Bundle bundle = install.run();
      coming.put(id, bundle);
      generators.hide(List.of(bundle));
    } catch (BundleException | RuntimeException e) {
      throw new IllegalArgumentException(id + " cannot be installed: " + Sentences.of(e), e);
    }
  }

  /**
   * Starts a bundle that comes; its generators stand by.
   *
   * @throws IllegalArgumentException if it does not start, saying why
   */
  void start(String id) {
    Bundle bundle = coming.get(id);
    try {
      bundle.start();
    } catch (BundleException | LinkageError e) {
      List<String> missing = catalogue.requirements().missing(bundle);
      throw new IllegalArgumentException(
          missing.isEmpty() ? Sentences.start(bundle, e) : missing.get(0), e);
    }
  }

  /**
   * Waits until what a bundle brings is there.
   *
   * @throws IllegalArgumentException if it does not come up, saying why
   */
  void awaitUp(String id) throws InterruptedException {
    Bundle bundle = coming.get(id);
    long begin = System.nanoTime();
    Optional<Components.Obstacle> obstacle = catalogue.components().obstacle(bundle);
    while (obstacle.isPresent() || catalogue.isEmpty(bundle)) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      String refusal = generators.refusals().get(bundle);
      if (refusal != null) {
        throw new IllegalArgumentException(refusal);
      }
      if (obstacle.isPresent() && (obstacle.get().lasting() || millis > REFERENCE_MILLIS)) {
        throw new IllegalArgumentException(obstacle.get().sentence());
      }
      if (millis > UP_MILLIS) {
        throw new IllegalArgumentException(
            "the plugin "
                + id
                + " started, but no generator, architecture or scheduler came up: is it a @Component?");
      }
      Thread.sleep(1);
      obstacle = catalogue.components().obstacle(bundle);
    }
    taken(id, bundle);
  }

  /** Refuses a generator whose id another plugin's has, which stays. */
  private void taken(String id, Bundle bundle) {
    for (Plugged plugged : generators.of(bundle)) {
      String name = plugged.descriptor().id();
      Optional<Bundle> holder =
          Optional.ofNullable(generators.all().get(name))
              .map(Plugged::bundle)
              .filter(other -> !going.contains(other));
      for (Bundle other : coming.values()) {
        if (!other.equals(bundle)
            && generators.of(other).stream().anyMatch(one -> one.descriptor().id().equals(name))) {
          holder = Optional.of(other);
        }
      }
      if (holder.isPresent()) {
        throw new IllegalArgumentException(
            "the generator id "
                + name
                + " of "
                + id
                + " is taken by "
                + holder.get().getSymbolicName());
      }
    }
  }

  /** Returns the bundles that come, by id. */
  Map<String, Bundle> coming() {
    return coming;
  }

  /** Puts the generators of those that come in the place of those that go. */
  void swap() {
    generators.swap(going, coming.values());
  }

  /** Takes one that did not come up out again, with the models of kinds that it brought. */
  void giveUp(String id) throws IOException, InterruptedException {
    Bundle bundle = coming.remove(id);
    if (bundle != null) {
      takeOut(List.of(bundle));
    }
  }

  /** Takes all that came out again; those that should go stay. */
  void giveUp() throws IOException, InterruptedException {
    try {
      takeOut(coming.values());
    } finally {
      framework.avoid(Set.of());
    }
  }

  /**
   * Waits for the calls inside those that go, cancels those that take too long, and takes the
   * bundles out.
   *
   * @param why what a job that is cancelled will say
   */
  void leave(String why) throws IOException, InterruptedException {
    List<Plugged> all = going.stream().flatMap(one -> generators.of(one).stream()).toList();
    all.forEach(Plugged::shut);
    if (!drained(all, drainMillis)) {
      departure.cancelJobs(going, why);
      drained(all, CANCEL_MILLIS);
    }
    generators.hold();
    try {
      takeOut(going);
    } finally {
      framework.avoid(Set.of());
      generators.release();
    }
  }

  private static boolean drained(List<Plugged> all, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean empty = true;
    for (Plugged one : all) {
      empty &= one.drain(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }
    return empty;
  }

  private void takeOut(Collection<Bundle> bundles) throws IOException, InterruptedException {
    if (bundles.isEmpty()) {
      return;
    }
    List<Bundle> out = new ArrayList<>(bundles);
    try {
      for (Bundle bundle : out) {
        stopAndForget(bundle);
      }
      framework.uninstall(out);
    } catch (BundleException e) {
      throw new IOException(out + " cannot be uninstalled: " + Sentences.of(e), e);
    } finally {
      out.forEach(generators::forget);
    }
  }

  /** Stops a bundle, so that no model of a kind that it brought is loaded any more. */
  private void stopAndForget(Bundle bundle) throws InterruptedException {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    ClassLoader loader = wiring == null ? null : wiring.getClassLoader();
    try {
      bundle.stop();
    } catch (BundleException | LinkageError e) {
      // its activator threw: it is stopped nevertheless
    }
    if (loader != null) {
      departure.forget(loader, drainMillis);
    }
  }
}
