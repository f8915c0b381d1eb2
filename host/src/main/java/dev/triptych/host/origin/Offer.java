package dev.triptych.host.origin;

import dev.triptych.host.trust.Candidate;
import java.util.Optional;

/**
 * What the origin of an installed plugin offers now.
 *
 * @param newer whether it is another jar than the one installed
 * @param version as the origin calls it; empty if it says none
 * @param source from which it can be had
 * @param candidate the jar, if it had to be read to see whether it is another
 */
public record Offer(
    boolean newer, Optional<String> version, String source, Optional<Candidate> candidate) {}
