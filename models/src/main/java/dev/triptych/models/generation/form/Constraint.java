package dev.triptych.models.generation.form;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A form that the new tokens must have. Safe from many threads; what a row changes is in its state,
 * which is immutable, so that beams may share it.
 */
@ConsumerType
public interface Constraint {

  /** Returns the state before the first new token. */
  State start();

  /** What has been written so far, seen from the form. */
  @ConsumerType
  interface State {

    /**
     * Forbids what cannot follow, by {@link Float#NEGATIVE_INFINITY}.
     *
     * @param logits of every token, (vocabulary); changed in place
     */
    void mask(float[] logits);

    /** Returns the state after an allowed token. */
    State after(int id);

    /** Returns whether the form is complete and nothing but an end token may follow. */
    boolean finished();
  }
}
