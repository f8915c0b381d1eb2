package dev.triptych.image.broken;

/** To be seen by a room that must not. */
public final class Seen {}
