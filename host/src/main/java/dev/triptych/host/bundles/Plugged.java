package dev.triptych.host.bundles;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Bundle;

/**
 * A generator as it is plugged in: the service, its descriptor, its bundle, and a gate that counts
 * the calls inside. [any thread]
 */
public final class Plugged {
  private static final long POLL_MILLIS = 2;

  private final Generator generator;
  private final Descriptor descriptor;
  private final Bundle bundle;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean closing;

  Plugged(Generator generator, Descriptor descriptor, Bundle bundle) {
    this.generator = generator;
    this.descriptor = descriptor;
    this.bundle = bundle;
  }

  /** Returns the generator; call it between {@link #enter} and {@link #leave}. */
  public Generator generator() {
    return generator;
  }

  /** Returns what the generator said when it came. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Returns the bundle that it came in. */
  public Bundle bundle() {
    return bundle;
  }

  /** Returns the version of the bundle, without a qualifier. */
  public String version() {
    var version = bundle.getVersion();
    return version.getMajor() + "." + version.getMinor() + "." + version.getMicro();
  }

  /** Returns whether a call may go in; if so, {@link #leave} must follow. */
  public boolean enter() {
    inside.incrementAndGet();
    if (closing) {
      inside.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Says that a call came out. */
  public void leave() {
    inside.decrementAndGet();
  }

  /** Lets no more calls in. */
  void shut() {
    closing = true;
  }

  /**
   * Lets no more calls in and waits for those inside.
   *
   * @return whether all came out in time
   */
  boolean drain(long millis) throws InterruptedException {
    shut();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (inside.get() > 0) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  @Override
  public String toString() {
    return descriptor.id() + " (" + bundle.getSymbolicName() + " " + bundle.getVersion() + ")";
  }
}
