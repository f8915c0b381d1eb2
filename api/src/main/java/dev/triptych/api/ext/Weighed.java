package dev.triptych.api.ext;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A loaded model that knows what it costs; one that does not is counted by the size of its files.
 */
@ConsumerType
public interface Weighed {

  /** Returns the bytes of weights mapped from files: shared and evictable. [any thread] */
  long mappedBytes();

  /** Returns the bytes of copies (fused, cast or on a device) that only this model holds. */
  long privateBytes();
}
