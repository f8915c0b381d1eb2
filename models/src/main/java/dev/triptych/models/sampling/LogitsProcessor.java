package dev.triptych.models.sampling;

import org.osgi.annotation.versioning.ConsumerType;

/** Changes logits before a token is sampled, such as to hold a form. */
@ConsumerType
@FunctionalInterface
public interface LogitsProcessor {

  /**
   * Changes the logits of the next token in place.
   *
   * @param ids tokens so far, with the prompt; read only the first {@code length}
   * @param logits of every token, (vocab); {@link Float#NEGATIVE_INFINITY} forbids
   */
  void process(int[] ids, int length, float[] logits);
}
