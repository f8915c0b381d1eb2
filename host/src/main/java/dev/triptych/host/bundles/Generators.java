package dev.triptych.host.bundles;

import dev.triptych.api.Generator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The generators that are plugged in, as one immutable snapshot. [any thread]
 *
 * <p>Two generators of one id: the first stays, the second is refused with a sentence. While a
 * bundle is being updated its new version stands by, until {@link #swap} puts it in place of the
 * old one in one step.
 */
public final class Generators implements AutoCloseable {
  private static final long ANSWER_SECONDS = 5;

  private final ClassLoader hostLoader = Generators.class.getClassLoader();
  private final Map<ServiceReference<Generator>, Plugged> services =
      new TreeMap<>(Collections.reverseOrder()); // lowest service id first: the longest there
  private final Set<Bundle> hidden = new HashSet<>();
  private final Map<Bundle, String> refusals = new LinkedHashMap<>();
  private final Map<Quarantined, String> quarantined = new LinkedHashMap<>();
  private final ServiceTracker<Generator, Plugged> tracker;
  private final List<Plugged> vanished = new ArrayList<>();
  private boolean holding;
  private volatile Map<String, Plugged> snapshot = Map.of();

  private record Quarantined(Bundle bundle, String id) {
    static Quarantined of(Plugged one) {
      return new Quarantined(one.bundle(), one.descriptor().id());
    }
  }

  /** Follows the generators of a framework from now on. */
  public Generators(BundleContext context) {
    tracker = new ServiceTracker<>(context, Generator.class, new Tracking(context));
    tracker.open();
  }

  /** Returns the generators by id, sorted. */
  public Map<String, Plugged> all() {
    return snapshot;
  }

  /** Returns a generator by its id. */
  public Optional<Plugged> find(String id) {
    return Optional.ofNullable(snapshot.get(id));
  }

  /** Returns a sentence for each bundle with a generator that was refused or quarantined. */
  public synchronized Map<Bundle, String> refusals() {
    Map<Bundle, String> all = new LinkedHashMap<>(refusals);
    quarantined.forEach((one, sentence) -> all.putIfAbsent(one.bundle(), sentence));
    return all;
  }

  /** Takes a generator out for as long as its bundle is there, and says why. */
  public synchronized void quarantine(Plugged one, String sentence) {
    quarantined.put(Quarantined.of(one), sentence);
    recompute();
  }

  /** Returns why the generator of an id, or of the last word of it, is quarantined, if it is. */
  public synchronized Optional<String> quarantined(String id) {
    return quarantined.entrySet().stream()
        .filter(one -> ("." + one.getKey().id()).endsWith("." + id))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Returns the generators of a bundle, in place or standing by. */
  synchronized List<Plugged> of(Bundle bundle) {
    return services.values().stream().filter(one -> one.bundle().equals(bundle)).toList();
  }

  /** Takes the old bundles' generators out and the new ones' in, in one step. */
  synchronized void swap(Collection<Bundle> out, Collection<Bundle> in) {
    hidden.addAll(out);
    hidden.removeAll(in);
    recompute();
  }

  /**
   * Keeps what vanishes from now on until {@link #release}: a component that used a service of a
   * bundle that goes is made anew by Declarative Services, and is away for a moment. Who asks for
   * it meanwhile waits at its gate.
   */
  synchronized void hold() {
    holding = true;
  }

  /** Forgets what has vanished and not come again. */
  synchronized void release() {
    holding = false;
    vanished.clear();
    recompute();
  }

  /** Takes bundles' generators out, or keeps them standing by until they are swapped in. */
  synchronized void hide(Collection<Bundle> bundles) {
    hidden.addAll(bundles);
    recompute();
  }

  /** Forgets a bundle that is gone. */
  synchronized void forget(Bundle bundle) {
    hidden.remove(bundle);
    refusals.remove(bundle);
    quarantined.keySet().removeIf(one -> one.bundle().equals(bundle));
  }

  private void recompute() {
    Map<String, Plugged> next = new TreeMap<>();
    refusals.values().removeIf(sentence -> sentence.startsWith("the generator id "));
    for (Plugged one : services.values()) {
      if (hidden.contains(one.bundle()) || quarantined.containsKey(Quarantined.of(one))) {
        continue;
      }
      Plugged first = next.putIfAbsent(one.descriptor().id(), one);
      if (first != null) {
        refusals.put(
            one.bundle(),
            "the generator id "
                + one.descriptor().id()
                + " of "
                + one.bundle().getSymbolicName()
                + " is taken by "
                + first.bundle().getSymbolicName()
                + ", which was there first");
      }
    }
    vanished.forEach(one -> next.putIfAbsent(one.descriptor().id(), one));
    snapshot = Collections.unmodifiableMap(next);
  }

  private synchronized void come(ServiceReference<Generator> reference, Plugged one) {
    services.put(reference, one);
    recompute();
  }

  private synchronized void go(ServiceReference<Generator> reference) {
    Plugged gone = services.remove(reference);
    if (holding && gone != null && !hidden.contains(gone.bundle())) {
      gone.shut();
      vanished.add(gone);
    }
    recompute();
  }

  private synchronized void refuse(Bundle bundle, String why) {
    refusals.put(bundle, "the bundle " + bundle.getSymbolicName() + " has a generator that " + why);
  }

  @Override
  public void close() {
    tracker.close();
  }

  /**
   * Turns services into {@link Plugged}; a plugin's failure here is a refusal, never the host's. A
   * plugin is asked on a thread of its own, so that one that never answers holds nobody up for
   * long.
   */
  private final class Tracking implements ServiceTrackerCustomizer<Generator, Plugged> {
    private final BundleContext context;

    private Tracking(BundleContext context) {
      this.context = context;
    }

    @Override
    public Plugged addingService(ServiceReference<Generator> reference) {
      Bundle bundle = reference.getBundle();
      FutureTask<Plugged> asking = new FutureTask<>(() -> ask(reference));
      Thread thread = new Thread(asking, "asking " + bundle.getSymbolicName());
      thread.setDaemon(true);
      thread.setContextClassLoader(hostLoader);
      thread.start();
      try {
        Plugged one = asking.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (one != null) { // else its component fails, which Declarative Services knows
          come(reference, one);
        }
        return one;
      } catch (ExecutionException e) { // whatever a plugin throws
        refuse(bundle, "cannot describe itself: " + Sentences.of(e.getCause()));
      } catch (TimeoutException e) {
        thread.interrupt();
        refuse(bundle, "does not describe itself within " + ANSWER_SECONDS + " s");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        refuse(bundle, "was not waited for");
      }
      return null;
    }

    private Plugged ask(ServiceReference<Generator> reference) {
      Generator generator = context.getService(reference);
      return generator == null
          ? null
          : new Plugged(generator, generator.descriptor(), reference.getBundle());
    }

    @Override
    public void modifiedService(ServiceReference<Generator> reference, Plugged one) {}

    @Override
    public void removedService(ServiceReference<Generator> reference, Plugged one) {
      go(reference);
      context.ungetService(reference);
    }
  }
}
