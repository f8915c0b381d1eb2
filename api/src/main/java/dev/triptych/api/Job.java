package dev.triptych.api;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The host as one generation sees it. [job thread]
 *
 * <p>Every method throws {@link java.util.concurrent.CancellationException} once the user has said
 * stop; let it pass. After {@link Generator#generate} has returned, a job is closed and every
 * method throws {@link IllegalStateException}.
 */
@ProviderType
public interface Job {

  /**
   * Reports progress and honours cancellation: call it once a token, bar or denoising step.
   *
   * @param done the share done, 0 to 1, never less than before
   * @param phase what is being done, a word or two
   * @throws IllegalArgumentException if {@code done} is not in 0…1
   */
  void step(double done, String phase);

  /**
   * Opens a work that grows, of the media type given. Close it; closed without commit it vanishes.
   *
   * @param mediaType such as {@code text/plain}
   */
  Draft draft(String mediaType);

  /**
   * Takes a share of a loaded model, loading it first if need be. Close it.
   *
   * <p>Blocks while memory for it is being freed.
   *
   * @throws IOException if the model's files are missing or damaged, saying which
   * @throws InterruptedException if the job's thread was interrupted while waiting
   */
  <M extends AutoCloseable> Lease<M> lease(ModelSpec<M> spec)
      throws IOException, InterruptedException;

  /** Returns what this host offers beyond the core. */
  <T> Optional<T> extension(Class<T> ability);
}
