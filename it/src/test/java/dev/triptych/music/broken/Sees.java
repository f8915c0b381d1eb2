package dev.triptych.music.broken;

/** Sees a room that it must not see. */
final class Sees {
  dev.triptych.image.broken.Seen other;
}
