package dev.triptych.host.bundles;

import dev.triptych.host.bundles.Lineup.Manner;
import dev.triptych.host.bundles.PluginLock.Held;
import dev.triptych.host.bundles.PluginLock.State;
import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Gate;
import dev.triptych.host.trust.Verdict;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The plugins of a home folder, over those that are built in: they come and go while jobs run. [any
 * thread; one change at a time]
 *
 * <p>A change is a transaction: what comes is started beside what goes; if all of it comes up,
 * {@code plugins.lock} is replaced in one move and the generators change places in one step; if
 * not, nothing has changed. Then those that went are left by the calls inside them, stopped and
 * uninstalled.
 *
 * <p>Another process may change the same home: whoever changes it next, or watches an inbox, first
 * brings what runs in line with what the file says by then.
 */
public final class Plugins {
  private static final String TRY = "try ";

  private final Gate gate;
  private final PluginLock lock;
  private final Lineup lineup;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile State known = State.EMPTY;

  /**
   * Opens the plugins of a home folder; {@link #start} starts them.
   *
   * @param drainMillis how long jobs inside a version that goes may take to end by themselves
   */
  public Plugins(
      Framework framework,
      Generators generators,
      Path home,
      Departure departure,
      Seclusion seclusion,
      long drainMillis) {
    this.gate = new Gate(home);
    this.lock = new PluginLock(home);
    this.lineup = new Lineup(framework, generators, lock, departure, seclusion, drainMillis);
  }

  /** Starts the bundles that are built in and those that were installed; a problem is kept. */
  public void start(List<Path> builtInJars) throws IOException, InterruptedException {
    changing.lock();
    try {
      lineup.builtIn(builtInJars);
      State state = lock.read();
      lineup.turn(Manner.START, state.current(), Set.of(), () -> known = state).leave("");
    } finally {
      changing.unlock();
    }
  }

  /** Starts bundles as those that are built in, and none that was installed. */
  public void startAlone(List<Path> jars) throws IOException, InterruptedException {
    changing.lock();
    try {
      lineup.builtIn(jars);
      lineup.turn(Manner.START, known.current(), Set.of(), () -> {}).leave("");
    } finally {
      changing.unlock();
    }
  }

  /** Returns all bundles with generators, built in or installed, by id. */
  public List<Plugin> list() {
    return lineup.list(known.current());
  }

  /**
   * Returns one plugin.
   *
   * @throws IllegalArgumentException if there is none of the id
   */
  public Plugin find(String id) {
    List<Plugin> all = list();
    return all.stream()
        .filter(plugin -> plugin.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no plugin "
                        + id
                        + "; there are "
                        + String.join(", ", all.stream().map(Plugin::id).toList())));
  }

  /** Returns the sets of plugins that can be gone back to, oldest first, the current one among. */
  public List<PluginSet> sets() {
    return known.sets();
  }

  /** Returns the set of plugins that is installed. */
  public PluginSet current() {
    return known.current();
  }

  /** Reads a jar and installs it, as {@link #install(Candidate, Terms)} does. */
  public Plugin install(Path jar, boolean allowUnsigned) throws IOException, InterruptedException {
    return install(Candidate.read(jar), new Terms(allowUnsigned));
  }

  /**
   * Installs a plugin, or updates it if one of its symbolic name is there.
   *
   * @throws IllegalArgumentException if the gate refuses it, it is not a bundle, or does not come
   *     up, saying why; then all is as before
   */
  public Plugin install(Candidate candidate, Terms terms) throws IOException, InterruptedException {
    return come(candidate, terms, false);
  }

  /**
   * Updates a plugin that is there, built in or installed.
   *
   * @throws IllegalArgumentException as {@link #install} does, and if there is no such plugin
   */
  public Plugin update(Candidate candidate, Terms terms) throws IOException, InterruptedException {
    return come(candidate, terms, true);
  }

  private Plugin come(Candidate candidate, Terms terms, boolean mustBeThere)
      throws IOException, InterruptedException {
    Verdict verdict = gate.check(candidate, terms.allowUnsigned());
    return changed(
        (before, turn) -> {
          BundleId id =
              BundleId.of(lock.keep(candidate.sha256(), candidate.bytes()), candidate.name());
          if (mustBeThere) {
            find(id.name());
          }
          Map<String, Row> rows = new TreeMap<>(before.current().rows());
          Row old = rows.get(id.name());
          boolean isolated = terms.isolate() || old != null && old.isolated();
          Row row =
              new Row(
                  id.version(),
                  candidate.sha256(),
                  verdict.ground(),
                  verdict.key(),
                  candidate.origin(),
                  isolated);
          boolean known = rows.put(id.name(), row) != null;
          String verb = terms.trial() ? TRY : known ? "update " : "install ";
          String change = verb + id.name() + " " + id.version();
          boolean again = terms.trial() && before.current().change().startsWith(TRY);
          turn.to(
              again ? before.instead(now(), change, rows) : before.with(now(), change, rows),
              Set.of(id.name()),
              "stopped: the plugin " + id.name() + " was replaced by " + id.version());
          return find(id.name());
        });
  }

  /**
   * Says what an installation would change, and changes nothing.
   *
   * @throws IllegalArgumentException if the gate refuses it, or it is not a bundle
   */
  public Preview preview(Candidate candidate, Terms terms)
      throws IOException, InterruptedException {
    Verdict verdict = gate.check(candidate, terms.allowUnsigned());
    return changed(
        (before, turn) -> {
          boolean here = lock.has(candidate.sha256());
          Path jar = lock.keep(candidate.sha256(), candidate.bytes());
          BundleId id = BundleId.of(jar, candidate.name());
          return lineup.preview(id, candidate, jar, verdict, here ? 0 : candidate.bytes().length);
        });
  }

  /**
   * Removes a plugin; one that took the place of a built-in bundle gives it back.
   *
   * @throws IllegalArgumentException if there is no such plugin, it is built in, or another needs
   *     it
   */
  public void remove(String id) throws IOException, InterruptedException {
    changed(
        (before, turn) -> {
          removable(id);
          Map<String, Row> rows = new TreeMap<>(before.current().rows());
          rows.remove(id);
          turn.to(
              before.with(now(), "remove " + id, rows),
              Set.of(),
              "stopped: the plugin " + id + " was removed");
          return null;
        });
  }

  /**
   * Returns a plugin that can be removed.
   *
   * @throws IllegalArgumentException if there is no such plugin, or it is built in
   */
  public Plugin removable(String id) {
    Map<String, Row> rows = known.current().rows();
    if (!rows.containsKey(id)) {
      throw new IllegalArgumentException(
          lineup.isBuiltIn(id)
              ? id + " is built in and cannot be removed"
              : "there is no plugin "
                  + id
                  + (rows.isEmpty()
                      ? "; none is installed"
                      : "; installed are " + String.join(", ", rows.keySet())));
    }
    return find(id);
  }

  /**
   * Goes back to a set of plugins that was kept; without a number to the one that the current set
   * was made from.
   *
   * @return the set that is installed now
   * @throws IllegalArgumentException if there is no such set, or it does not come up any more; then
   *     all is as before
   */
  public PluginSet rollback(OptionalInt generation) throws IOException, InterruptedException {
    return changed(
        (before, turn) -> {
          PluginSet set = earlier(before, generation);
          turn.to(
              before.at(set),
              Set.of(),
              "stopped: the plugins went back to set " + set.generation());
          return set;
        });
  }

  /**
   * Returns the set that {@link #rollback} would go to.
   *
   * @throws IllegalArgumentException if there is none
   */
  public PluginSet earlier(OptionalInt generation) {
    return earlier(known, generation);
  }

  private static PluginSet earlier(State state, OptionalInt wanted) {
    PluginSet current = state.current();
    if (wanted.isPresent()) {
      return state
          .set(wanted.getAsInt())
          .filter(set -> set.generation() != current.generation())
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "there is no other set "
                          + wanted.getAsInt()
                          + " of plugins to go back to; kept are "
                          + String.join(
                              ", ",
                              state.sets().stream()
                                  .map(set -> String.valueOf(set.generation()))
                                  .toList())));
    }
    return state
        .set(current.after())
        .or(
            () ->
                state.sets().stream()
                    .filter(set -> set.generation() < current.generation())
                    .reduce((first, second) -> second))
        .filter(set -> set.generation() != current.generation())
        .orElseThrow(
            () -> new IllegalArgumentException("there is no earlier set of plugins to go back to"));
  }

  /** Brings what runs in line with the file, if another process has changed it. */
  public void adopt() throws IOException, InterruptedException {
    changing.lockInterruptibly();
    try {
      State state = lock.read();
      if (state.serial() != known.serial()) {
        lineup
            .turn(Manner.ADOPT, state.current(), Set.of(), () -> known = state)
            .leave("stopped: another process changed the plugins");
      }
    } finally {
      changing.unlock();
    }
  }

  /**
   * Installs each jar that comes to rest in a folder, on the usual terms, and adopts what other
   * processes change, until it is closed.
   *
   * @param told gets a sentence on each jar, in English
   */
  public Inbox watch(Path folder, Consumer<String> told) throws IOException {
    return Inbox.open(folder, this, told);
  }

  /** Returns an entry of each bundle that has one, such as a table of words. */
  public List<URL> entries(String path) {
    return lineup.bundles().stream()
        .map(bundle -> bundle.getEntry(path))
        .filter(Objects::nonNull)
        .toList();
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Takes a new state into effect; what it returns is left after the file is free again. */
  private interface Turn {
    void to(State next, Set<String> anew, String why) throws IOException, InterruptedException;
  }

  private interface Change<T> {
    T make(State before, Turn turn) throws IOException, InterruptedException;
  }

  private <T> T changed(Change<T> change) throws IOException, InterruptedException {
    changing.lockInterruptibly();
    try {
      Departing departing = new Departing();
      T result;
      try (Held held = holdUpToDate()) {
        boolean made = false;
        try {
          result = change.make(known, (next, anew, why) -> turn(next, anew, why, departing));
          made = true;
        } finally {
          if (!made || departing.turnover == null) {
            lock.sweep(); // the jar that did not come in
          }
        }
      }
      if (departing.turnover != null) {
        departing.turnover.leave(departing.why);
        try (Held held = lock.hold()) {
          lock.sweep();
        }
      }
      return result;
    } finally {
      changing.unlock();
    }
  }

  private static final class Departing {
    private Turnover turnover;
    private String why;
  }

  private void turn(State next, Set<String> anew, String why, Departing departing)
      throws IOException, InterruptedException {
    departing.turnover =
        lineup.turn(
            Manner.CHANGE,
            next.current(),
            anew,
            () -> {
              lock.write(next);
              known = next;
            });
    departing.why = why;
  }

  private Held holdUpToDate() throws IOException, InterruptedException {
    while (true) {
      adopt();
      Held held = lock.hold();
      boolean current = false;
      try {
        current = lock.read().serial() == known.serial();
      } finally {
        if (!current) {
          held.close();
        }
      }
      if (current) {
        return held;
      }
    }
  }
}
