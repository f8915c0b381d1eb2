package dev.triptych.models.generation;

/** Why a text ended. */
public enum Finish {
  /** An end token came. */
  END,
  /** A stop string came. */
  STOP,
  /** So many tokens came as were allowed, or the model holds. */
  LENGTH,
  /** The form was complete, and nothing may follow in it. */
  COMPLETE,
  /** No token was allowed: the processors, or the form with this vocabulary, forbade all. */
  STUCK,
  /** The caller wished it. */
  CANCELLED
}
