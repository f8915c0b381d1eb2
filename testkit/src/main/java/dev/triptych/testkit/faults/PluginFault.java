package dev.triptych.testkit.faults;

/** One way in which a plugin can go wrong in a host. */
public enum PluginFault {
  THROWS("throws an exception"),
  ASSERTION_ERROR("throws an AssertionError"),
  THREAD_DEATH("throws ThreadDeath"),
  STACK_OVERFLOW("calls itself without end"),
  OUT_OF_MEMORY("makes arrays of 2 GB"),
  HOARDS_MEMORY("keeps all of Java's heap in a static field"),
  LINKAGE_ERROR("calls a class that its bundle lacks"),
  HANGS("takes no step and ignores interrupts"),
  IGNORES_CANCEL("catches the cancellation and works on"),
  LEAKS_LEASE("leaves a model leased"),
  LEAKS_DRAFT("leaves a draft open"),
  LEAKS_THREAD("leaves a thread running"),
  LEAKS_DEAF_THREAD("leaves a thread running that ignores interrupts"),
  THREAD_THROWS("starts a thread that throws"),
  CALLS_EXIT("calls System.exit"),
  CALLS_EXIT_BY_REFERENCE("calls System::exit"),
  CALLS_RUNTIME_EXIT("calls Runtime.exit"),
  CALLS_HALT("calls Runtime.halt"),
  CALLS_HALT_IN_A_THREAD("calls Runtime.halt in a thread of its own"),
  RETURNS_2GB("writes 2 GB into a draft"),
  FLOODS_DRAFTS("opens draft after draft and fills them"),
  COMMITS_NOTHING("returns without a work"),
  COMMITS_WHAT_IS_NO_MIDI("commits bytes that are not what it says"),
  READS_NO_VALUE("reads a parameter that has no value"),
  DECLARES_TWICE("declares one parameter twice"),
  THROWS_IN_DESCRIPTOR("throws when asked to describe itself"),
  SLOW_DESCRIPTOR("takes a second to describe itself"),
  HANGS_IN_DESCRIPTOR("never describes itself"),
  MISSES_IMPORT("imports a package that nobody offers"),
  UNSATISFIED_REFERENCE("needs a service that nobody offers"),
  CONSTRUCTOR_THROWS("throws in its component's constructor"),
  ACTIVATE_THROWS("throws in its component's activate method"),
  DUPLICATE_ID("has the id of another generator");

  private final String does;

  PluginFault(String does) {
    this.does = does;
  }

  /** Returns what the plugin does, in a few English words that follow "it". */
  public String does() {
    return does;
  }

  /** Returns whether the fault shows when the plugin is installed, and not only when it works. */
  public boolean atInstall() {
    return compareTo(DECLARES_TWICE) >= 0;
  }
}
