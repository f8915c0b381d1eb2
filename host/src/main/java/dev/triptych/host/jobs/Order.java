package dev.triptych.host.jobs;

import dev.triptych.api.Artifact;
import dev.triptych.api.Request;
import java.util.Optional;
import java.util.Set;

/**
 * One thing to be made: by which generator, and what was asked.
 *
 * @param generator the generator's id
 * @param request what was asked; its values are checked when the order is placed
 * @param revision the work to revise, if this is not a new one
 * @param isolated whether the generator works in a process of its own
 */
public record Order(
    String generator, Request request, Optional<Revision> revision, boolean isolated) {

  /** A work, and the names of its parts to make anew. */
  public record Revision(Artifact work, Set<String> redo) {}

  /** Returns an order for a new work. */
  public static Order of(String generator, Request request) {
    return new Order(generator, request, Optional.empty(), false);
  }

  /** Returns an order for a revision of a work: the parts named anew, the rest as it is. */
  public static Order revise(String generator, Request request, Artifact work, Set<String> redo) {
    return new Order(generator, request, Optional.of(new Revision(work, Set.copyOf(redo))), false);
  }

  /** Returns this order for a process of its own. */
  public Order inItsOwnProcess() {
    return new Order(generator, request, revision, true);
  }
}
