package dev.triptych.testkit.broken;

/** Sees a room that it must not see. */
final class Sees {
  dev.triptych.models.broken.Seen other;
}
