package dev.triptych.models.ledger;

import java.util.List;

/**
 * A job in the books: it waits, then runs in one place, then is over.
 *
 * @param <K> what makes two askers share a model
 */
final class Ticket<K> {
  /** How far a job has come. */
  enum State {
    WAITING,
    RUNNING,
    OVER
  }

  /** A model beyond those that a job was let in with. */
  record Growth<K>(K key, long bytes) {}

  final long number;
  final String owner; // the plugin, for its quota
  final List<Place<K>> places; // the one wished most first
  State state = State.WAITING;
  Place<K> place; // once it runs
  Growth<K> growth; // what it waits for while it runs
  boolean slot = true; // whether it counts among the jobs that run at once
  int overtaken;

  Ticket(long number, String owner, List<Place<K>> places) {
    this.number = number;
    this.owner = owner;
    this.places = List.copyOf(places);
  }

  @Override
  public String toString() {
    return "job " + number + " of " + owner + ", " + state + (growth == null ? "" : ", growing");
  }
}
