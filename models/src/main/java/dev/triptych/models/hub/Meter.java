package dev.triptych.models.hub;

import dev.triptych.models.hub.HubConnection.RemoteFile;
import java.util.HashMap;
import java.util.Map;

/** Counts the bytes of all files of a pull together. [any thread] */
final class Meter {
  private final PullListener listener;
  private final long total;
  private final Map<String, Long> present = new HashMap<>();
  private long done;

  /**
   * Begins to count.
   *
   * @param total bytes of all files
   * @param done of them that are there
   */
  Meter(PullListener listener, long total, long done) {
    this.listener = listener;
    this.total = total;
    this.done = done;
  }

  PullListener listener() {
    return listener;
  }

  /** Notes how much of a file was counted from the start. */
  void start(RemoteFile file, long bytes) {
    present.put(file.digest(), bytes);
  }

  /** Returns how much of a file was counted from the start. */
  long present(RemoteFile file) {
    return present.getOrDefault(file.digest(), 0L);
  }

  /** Adds bytes, or takes some away. */
  synchronized void add(String file, long bytes) {
    done += bytes;
    listener.progress(file, done, total);
  }
}
