package dev.triptych.models.chat;

/** A part of a template that writes text. */
@FunctionalInterface
interface Statement {

  /** Whether a loop goes on after a statement. */
  enum Flow {
    ON,
    NEXT,
    OUT
  }

  Flow write(Scope scope, StringBuilder text);
}
