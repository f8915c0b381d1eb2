package dev.triptych.models.ledger;

import java.util.HashMap;
import java.util.Map;

/**
 * One model on one device, from the moment its bytes are reserved until they are free again.
 *
 * @param <K> what makes two askers share it
 */
final class Holding<K> {
  /** How far a model has come. */
  enum State {
    LOADING,
    READY,
    CLOSING
  }

  final K key;
  final String device;
  final Map<Ticket<K>, Integer> leases = new HashMap<>();
  State state = State.LOADING;
  long bytes; // what it takes; while loading, what it is expected to take
  long lastUsed; // a counter, for the clock may stand still
  long idleSince; // milliseconds of the caller's clock
  boolean pinned;
  boolean leaving; // nobody new shares it; closes when the last lease does

  Holding(K key, String device, long bytes) {
    this.key = key;
    this.device = device;
    this.bytes = bytes;
  }

  boolean idle() {
    return state == State.READY && leases.isEmpty();
  }

  /** Returns whether a new asker may share it now or once it is loaded. */
  boolean shared() {
    return state != State.CLOSING && !leaving;
  }

  @Override
  public String toString() {
    return key + " on " + device + ", " + bytes + " bytes, " + state + (leaving ? ", leaving" : "");
  }
}
