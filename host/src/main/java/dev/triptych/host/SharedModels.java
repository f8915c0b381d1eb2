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

/** Lends models of the one manager to bundles: from their own jar, from folders, from the hub. */
final class SharedModels implements ModelDesk {
  private final ModelManager manager;
  private final Framework framework;
  private final ModelSource everywhere;

  SharedModels(ModelManager manager, Framework framework, HubModels hub) {
    this.manager = manager;
    this.framework = framework;
    this.everywhere = ModelSource.folders().or(hub(hub));
  }

  @Override
  public <M extends AutoCloseable> Loan<M> lend(ModelSpec<M> spec, Bundle borrower)
      throws IOException, InterruptedException {
    Share<M> share = manager.lease(spec, source(borrower));
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
    return manager.budgetBytes();
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
