package dev.triptych.host.jobs;

import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.jobs.Outcome.Failure;
import dev.triptych.host.jobs.Outcome.Origin;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a generator out that fails again and again by its own fault. [any thread]
 *
 * <p>What the user asked wrongly or stopped, and what files and memory of the machine lack, neither
 * counts nor forgives. An update or a new installation is another bundle, which begins anew.
 */
final class Quarantine {
  private record Key(long bundle, String generator) {}

  private final Generators generators;
  private final int bound;
  private final Map<Key, Integer> failures = new HashMap<>();

  Quarantine(Generators generators, int bound) {
    this.generators = generators;
    this.bound = bound;
  }

  /** Hears how a job of a generator ended. */
  synchronized void ended(Plugged plugged, Optional<Failure> failure) {
    Key key = new Key(plugged.bundle().getBundleId(), plugged.descriptor().id());
    if (failure.isEmpty()) {
      failures.remove(key);
    } else if (failure.get().origin() != Origin.ELSEWHERE) {
      int count = failures.merge(key, 1, Integer::sum);
      if (count == bound) {
        generators.quarantine(
            plugged,
            "the generator "
                + key.generator
                + " is quarantined after "
                + count
                + " failures in a row, the last: "
                + failure.get().sentence()
                + "; update or reinstall its plugin, or restart");
      }
    }
  }
}
