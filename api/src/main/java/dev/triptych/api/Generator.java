package dev.triptych.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns a request into artifacts: the one interface that a plugin must implement.
 *
 * <p>Publish it as an OSGi service ({@code @Component}). The host calls {@link #generate} on a
 * thread of its own and owns queues, devices and files; a generator keeps no state between calls.
 */
@ConsumerType
public interface Generator {

  /**
   * Says what this generator is and takes. [any thread]
   *
   * <p>It must return at once: no I/O, no model. Two calls return equal descriptors.
   */
  Descriptor descriptor();

  /**
   * Makes the work. [job thread] Blocks until it is made; calls may overlap.
   *
   * <p>Call {@link Job#step} once a token, bar or denoising step: it reports progress and honours
   * cancellation in one. Results take the road of {@link Job#draft}.
   *
   * @throws IllegalArgumentException for the user's mistake, worded for the user
   * @throws java.util.concurrent.CancellationException let it pass: the user has said stop
   * @throws Exception the generator's failure; the host names the plugin and goes on
   */
  void generate(Request request, Job job) throws Exception;

  /** Returns an optional ability of this generator, such as {@code ext.Revisable}. [any thread] */
  default <T> Optional<T> extension(Class<T> ability) {
    return ability.isInstance(this) ? Optional.of(ability.cast(this)) : Optional.empty();
  }
}
