package dev.triptych.host.broken;

/** A name that fits everything. */
final class PoemHelper {}
