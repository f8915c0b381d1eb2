package dev.triptych.models.broken;

/** Sees a room that it must not see. */
final class Sees {
  dev.triptych.host.broken.Seen other;
}
