package dev.triptych.host.isolate;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.host.bundles.Framework;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.bundles.Seclusion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * The plugins that work in processes of their own. [any thread]
 *
 * <p>In the host a bundle without classes stands in for each: it comes and goes like any other, and
 * its services are generators that talk to a worker. A worker does one job at a time; it is started
 * when a job needs one and let go after a time without jobs.
 */
public final class Workers implements Seclusion, AutoCloseable {
  private static final long TIDY_SECONDS = 10;

  private final Framework framework;
  private final WorkerPool.Surroundings surroundings;
  private final Map<Bundle, WorkerPool> pools = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor clock;

  /**
   * Opens a place for workers; none is started.
   *
   * @param natives whether a worker may use models
   */
  public Workers(Framework framework, Path home, boolean natives) {
    this.framework = framework;
    this.surroundings =
        new WorkerPool.Surroundings(
            home.toAbsolutePath(), natives, Thread.currentThread().getThreadGroup());
    this.clock =
        new ScheduledThreadPoolExecutor(
            0,
            work -> {
              Thread thread = new Thread(surroundings.group(), work, "clock of workers");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(
        () -> pools.values().forEach(WorkerPool::tidy),
        TIDY_SECONDS,
        TIDY_SECONDS,
        TimeUnit.SECONDS);
    framework.context().addBundleListener((SynchronousBundleListener) this::changed);
  }

  @Override
  public byte[] standIn(Path jar) throws IOException {
    return StandIn.of(jar);
  }

  @Override
  public void come(Bundle standIn, Path jar) throws IOException, InterruptedException {
    WorkerPool pool = pool(standIn, jar);
    for (Descriptor descriptor : pool.descriptors()) {
      standIn
          .getBundleContext()
          .registerService(Generator.class, new SecludedGenerator(descriptor, pool), null);
    }
  }

  @Override
  public Generator secluded(Plugged one) {
    if (one.generator() instanceof SecludedGenerator) {
      return one.generator();
    }
    Path jar =
        framework
            .jar(one.bundle())
            .orElseThrow(() -> new IllegalArgumentException(one + " has no jar to isolate"));
    return new SecludedGenerator(one.descriptor(), pool(one.bundle(), jar));
  }

  private WorkerPool pool(Bundle bundle, Path jar) {
    return pools.computeIfAbsent(bundle, key -> new WorkerPool(surroundings, jar));
  }

  private void changed(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPED) {
      WorkerPool pool = pools.remove(event.getBundle());
      if (pool != null) {
        pool.close();
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    pools.values().forEach(WorkerPool::close);
  }
}
