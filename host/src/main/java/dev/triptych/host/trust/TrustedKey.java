package dev.triptych.host.trust;

import dev.triptych.host.works.Digest;
import java.security.PublicKey;

/**
 * A public key that the user trusts.
 *
 * @param name as the user calls it
 * @param key Ed25519, or another algorithm for signatures inside jars
 */
public record TrustedKey(String name, PublicKey key) {
  private static final int SHORT = 16;

  /** Returns the SHA-256 of the key as X.509 encodes it, 64 hexadecimal digits. */
  public String fingerprint() {
    return fingerprint(key);
  }

  /** Returns the SHA-256 of a key as X.509 encodes it, 64 hexadecimal digits. */
  public static String fingerprint(PublicKey key) {
    return Digest.sha256(key.getEncoded());
  }

  /** Returns the first 16 digits of the fingerprint, for people. */
  public static String shortFingerprint(PublicKey key) {
    return fingerprint(key).substring(0, SHORT);
  }

  @Override
  public String toString() {
    return name + " (" + shortFingerprint(key) + ")";
  }
}
