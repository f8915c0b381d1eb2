package dev.triptych.host.web;

import dev.triptych.host.Host;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks that go on, and the last that are over. [any thread] */
final class Tasks {
  private static final int MOST_UNFINISHED = 64;
  private static final int MOST_KEPT = 512;
  private static final int ID_BYTES = 8;

  private final Host host;
  private final Journal journal;
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private int unfinished;

  Tasks(Host host, Journal journal) {
    this.host = host;
    this.journal = journal;
  }

  /** Returns a new id. */
  static String newId() {
    byte[] bytes = new byte[ID_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Begins a task.
   *
   * @throws Refusal if too many go on
   */
  void begin(Task task) throws IOException {
    synchronized (this) {
      if (unfinished >= MOST_UNFINISHED) {
        throw new Refusal(
            429, MOST_UNFINISHED + " jobs are waiting or running: ask again when one is over");
      }
      unfinished++;
      tasks.put(task.id(), task);
      tasks.values().removeIf(one -> tasks.size() > MOST_KEPT && one.over());
    }
    boolean started = false;
    try {
      journal.begin(task.id(), task.note());
      Thread thread = new Thread(() -> run(task), "task " + task.id());
      thread.setDaemon(true);
      thread.start();
      started = true;
    } finally {
      if (!started) {
        ended(task);
      }
    }
  }

  private void run(Task task) {
    try {
      task.run(host);
    } finally {
      journal.end(task.id());
      ended(task);
    }
  }

  private synchronized void ended(Task task) {
    unfinished--;
    notifyAll();
  }

  synchronized Optional<Task> find(String id) {
    return Optional.ofNullable(tasks.get(id));
  }

  synchronized List<Task> all() {
    return new ArrayList<>(tasks.values());
  }

  synchronized int unfinished() {
    return unfinished;
  }
}
