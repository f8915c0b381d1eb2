package dev.triptych.bench.hostile;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A jar that somebody tries to install.
 *
 * @param kind what is wrong with it
 * @param bytes of the jar
 * @param beside bytes of the signature beside it, if there is one
 * @param allowed whether it is said that nobody needs to vouch for it
 * @param sentence what the refusal must say
 * @param mayBeSound whether it may also be a sound jar, which is installed and removed
 */
public record HostileJar(
    String kind,
    byte[] bytes,
    Optional<byte[]> beside,
    boolean allowed,
    Pattern sentence,
    boolean mayBeSound) {
  /** Returns the same jar under the name of a kind. */
  HostileJar named(String other) {
    return new HostileJar(other, bytes, beside, allowed, sentence, mayBeSound);
  }
}
