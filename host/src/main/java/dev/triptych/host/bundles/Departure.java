package dev.triptych.host.bundles;

import java.util.Collection;
import org.osgi.framework.Bundle;

/** Told when bundles go: what belongs to them must be let go of. */
public interface Departure {
  /** Stops the jobs inside these bundles, whose time to end by themselves is over, saying why. */
  void cancelJobs(Collection<Bundle> bundles, String why);

  /** Forgets what a class loader has loaded, and waits a while for those who use it. */
  void forget(ClassLoader loader, long patienceMillis) throws InterruptedException;
}
