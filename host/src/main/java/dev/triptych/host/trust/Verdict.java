package dev.triptych.host.trust;

import java.util.List;
import java.util.Optional;

/**
 * What was found out about a plugin that is let in.
 *
 * @param ground why it is let in
 * @param key name and short fingerprint of the key that signed it, or the name of the pin
 * @param declared what its manifest says it uses
 * @param found what its classes refer to
 * @param remarks sentences for the user, such as what the check could not see
 */
public record Verdict(
    Ground ground,
    Optional<String> key,
    Capabilities declared,
    Capabilities found,
    List<String> remarks) {
  /** Keeps a copy of the remarks. */
  public Verdict {
    remarks = List.copyOf(remarks);
  }
}
