package dev.triptych.models.ledger;

import dev.triptych.api.Placement;
import java.time.Instant;
import java.util.Optional;

/** One model in the ledger, loading or loaded. Guarded by the ledger's lock. */
final class Slot {

  /** What makes two askers share: never a plugin's own name for the model. */
  record Key(String digest, Class<?> type, Placement placement) {
    /** Returns the key without the class itself, which would pin its bundle. */
    String text() {
      return digest + " " + type.getName() + " " + placement;
    }
  }

  final Holding<Key> holding;
  final String id;
  boolean loading; // somebody loads it
  AutoCloseable model; // null until it is loaded
  long mapped;
  long copied;

  Slot(Holding<Key> holding, String id) {
    this.holding = holding;
    this.id = id;
  }

  Key key() {
    return holding.key;
  }

  /** Returns whether a user means it: by its name, or by the first digits of its digest. */
  boolean is(String name) {
    return id.equals(name) || name.length() >= 6 && key().digest().startsWith(name);
  }

  boolean loadedBy(ClassLoader loader) {
    return key().type().getClassLoader() == loader
        || model != null && model.getClass().getClassLoader() == loader
        || model instanceof Composed composed
            && composed.parts().stream().anyMatch(p -> p.getClass().getClassLoader() == loader);
  }

  Entry entry() {
    int leases = holding.leases.values().stream().mapToInt(Integer::intValue).sum();
    return new Entry(
        id,
        key().digest(),
        key().type().getName(),
        key().placement().toString(),
        mapped,
        copied,
        leases,
        holding.pinned,
        leases > 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(holding.idleSince)));
  }
}
