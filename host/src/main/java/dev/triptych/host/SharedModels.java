package dev.triptych.host;

import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.host.bundles.Framework;
import dev.triptych.host.jobs.ModelDesk;
import dev.triptych.models.hub.HubException;
import dev.triptych.models.ledger.FileSource;
import dev.triptych.models.ledger.ModelManager;
import dev.triptych.models.ledger.ModelSource;
import dev.triptych.models.ledger.Share;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.osgi.framework.Bundle;

/**
 * Lends models of the one manager to bundles: from their own jar, from folders, from the hub.
 *
 * <p>The manager is opened when the first model is wanted, because it asks libtorch for devices.
 */
final class SharedModels implements ModelDesk, AutoCloseable {
  /** Opens the manager. */
  interface Opening {
    ModelManager open() throws IOException;
  }

  private final Opening opening;
  private final long budget;
  private final Framework framework;
  private final ModelSource everywhere;
  private ModelManager manager;

  SharedModels(Opening opening, long budget, Framework framework, HubModels hub) {
    this.opening = opening;
    this.budget = budget;
    this.framework = framework;
    this.everywhere = ModelSource.folders().or(hub(hub));
  }

  /**
   * Returns the manager.
   *
   * @throws IOException if libtorch does not start
   * @throws IllegalArgumentException if the device that the user chose is not there
   */
  synchronized ModelManager manager() throws IOException {
    if (manager == null) {
      manager = opening.open();
    }
    return manager;
  }

  /**
   * Lets go of every model whose classes came from a loader that goes.
   *
   * @param patienceMillis how long to wait for those who use one
   */
  void forget(ClassLoader loader, long patienceMillis) throws InterruptedException {
    ModelManager opened;
    synchronized (this) {
      opened = manager;
    }
    if (opened != null) {
      opened.evictLoadedBy(loader, patienceMillis);
    }
  }

  @Override
  public synchronized void close() {
    if (manager != null) {
      manager.close();
    }
  }

  @Override
  public <M extends AutoCloseable> Loan<M> lend(ModelSpec<M> spec, Bundle borrower)
      throws IOException, InterruptedException {
    Share<M> share = manager().lease(spec, source(borrower));
    return new Loan<>(share, share.digest());
  }

  @Override
  public long bytes(ModelSpec<?> spec, Bundle borrower) {
    if (spec.files() instanceof ModelFiles.Hub) {
      return 0; // finding it may convert it, which is the job's own work
    }
    try {
      return source(borrower).files(spec.files()).values().stream()
          .mapToLong(FileSource::size)
          .sum();
    } catch (IOException e) {
      return 0; // the job will find the same, and say it
    }
  }

  @Override
  public long budget() {
    return budget;
  }

  /** Returns where models of no bundle are found. */
  ModelSource everywhere() {
    return everywhere;
  }

  private static ModelSource hub(HubModels hub) {
    ModelSource source = ModelSource.hub(hub::find);
    return files -> {
      try {
        var found = source.files(files);
        if (found.isEmpty() && files instanceof ModelFiles.Hub name) {
          throw new FileNotFoundException(HubException.notCached(name.name()).getMessage());
        }
        return found;
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    };
  }

  /** Returns where a bundle's models are found. */
  ModelSource source(Bundle borrower) {
    return framework
        .jar(borrower)
        .map((Path jar) -> ModelSource.jar(jar).or(everywhere))
        .orElse(everywhere);
  }
}
