package dev.triptych.host.broken;

/** Sees a room that it must not see. */
final class Sees {
  dev.triptych.text.broken.Seen other;
}
