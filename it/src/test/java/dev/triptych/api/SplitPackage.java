package dev.triptych.api;

/** Puts the package of the contract into a second place, to be found there. */
final class SplitPackage {}
