package dev.triptych.text.broken;

/** To be seen by a room that must not. */
public final class Seen {}
