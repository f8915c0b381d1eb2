package dev.triptych.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A counted share of one loaded model, until closed.
 *
 * <p>While any lease on it is open, the model stays where it is. Hold a lease briefly: encode,
 * close; denoise, close.
 *
 * @param <M> type of the model
 */
@ProviderType
public interface Lease<M> extends AutoCloseable {

  /**
   * Returns the model.
   *
   * @throws IllegalStateException after close
   */
  M model();

  /** Returns the device that the model computes on: {@code cpu} or {@code cuda:N}. */
  String device();

  /** Gives the share back; a second close does nothing. */
  @Override
  void close();
}
