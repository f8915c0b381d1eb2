package dev.triptych.models.ledger;

import java.util.Map;

/**
 * Where a job could run, and what it would need there.
 *
 * @param device its name
 * @param models the models that it will lease, with the bytes that each takes, or is expected to
 * @param run bytes that its run takes beside them: caches, activations
 * @param <K> what makes two askers share a model
 */
record Place<K>(String device, Map<K, Long> models, long run) {
  Place {
    models = Map.copyOf(models);
    if (run < 0 || models.values().stream().anyMatch(bytes -> bytes < 0)) {
      throw new IllegalArgumentException("bytes cannot be less than none");
    }
  }

  /** Returns what the job needs there when nothing of it is loaded. */
  long whole() {
    return run + models.values().stream().mapToLong(Long::longValue).sum();
  }
}
