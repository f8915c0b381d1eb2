package dev.triptych.host.jobs;

import dev.triptych.api.Lease;
import dev.triptych.api.ModelSpec;
import java.io.IOException;
import org.osgi.framework.Bundle;

/** Where jobs borrow models. [any thread] */
public interface ModelDesk {

  /**
   * A share of a model, and what was loaded.
   *
   * @param lease the share; close it
   * @param digest SHA-256 over the model's files
   */
  record Loan<M extends AutoCloseable>(Lease<M> lease, String digest) {}

  /**
   * Lends a model to a bundle, whose own entries its spec may name.
   *
   * @throws IOException if its files are missing or damaged, saying which
   * @throws InterruptedException if the thread was interrupted while waiting for memory
   */
  <M extends AutoCloseable> Loan<M> lend(ModelSpec<M> spec, Bundle borrower)
      throws IOException, InterruptedException;

  /** Returns about how many bytes a model will take; 0 if that is not known. */
  long bytes(ModelSpec<?> spec, Bundle borrower);

  /** Returns how many bytes all models together may take. */
  long budget();
}
