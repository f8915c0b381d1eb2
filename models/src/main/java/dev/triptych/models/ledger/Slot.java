package dev.triptych.models.ledger;

import dev.triptych.api.Placement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One model in the ledger, loading or loaded. Guarded by the manager's lock. */
final class Slot {

  /** What makes two askers share: never a plugin's own name for the model. */
  record Key(String digest, Class<?> type, Placement placement) {
    /** Returns the key without the class itself, which would pin its bundle. */
    String text() {
      return digest + " " + type.getName() + " " + placement;
    }
  }

  final Key key;
  final String id;
  final List<Thread> holders = new ArrayList<>(); // one for each open lease
  AutoCloseable model; // null while loading
  long mapped;
  long copied;
  long lastUsed; // a counter, for the clock may stand still
  Instant idleSince;
  boolean leaving; // closes when the last lease does

  Slot(Key key, String id, long expectedBytes) {
    this.key = key;
    this.id = id;
    this.mapped = expectedBytes;
  }

  long bytes() {
    return mapped + copied;
  }

  boolean idle() {
    return model != null && holders.isEmpty();
  }

  boolean loadedBy(ClassLoader loader) {
    return key.type().getClassLoader() == loader
        || model != null && model.getClass().getClassLoader() == loader
        || model instanceof Composed composed
            && composed.parts().stream().anyMatch(p -> p.getClass().getClassLoader() == loader);
  }

  Entry entry() {
    return new Entry(
        id,
        key.digest(),
        key.type().getName(),
        key.placement().toString(),
        mapped,
        copied,
        holders.size(),
        Optional.ofNullable(holders.isEmpty() ? idleSince : null));
  }
}
