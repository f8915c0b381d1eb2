package dev.triptych.text.broken;

/** Sees a room that it must not see. */
final class Sees {
  dev.triptych.music.broken.Seen other;
}
