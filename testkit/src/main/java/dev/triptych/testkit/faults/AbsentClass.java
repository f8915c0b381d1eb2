package dev.triptych.testkit.faults;

/** Is packed in no bundle. */
final class AbsentClass {
  private AbsentClass() {}

  static void call() {}
}
