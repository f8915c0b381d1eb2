package dev.triptych.host.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code NAME.jar.sig} holds: an Ed25519 signature of all bytes of the jar (RFC 8032, without
 * hashing first), and the key that made it.
 *
 * <p>Three lines of text: {@code triptych-signature 1}, {@code key} and the public key in X.509
 * DER, {@code signature} and its 64 bytes, both in Base64. A file of 64 bytes is the bare
 * signature, as {@code openssl pkeyutl -sign -rawin} writes it; it names no key.
 *
 * @param key that is said to have signed; whether the user trusts it is another question
 * @param bytes of the signature
 */
record DetachedSignature(Optional<PublicKey> key, byte[] bytes) {
  private static final int LENGTH = 64;
  private static final Pattern TEXT =
      Pattern.compile(
          "triptych-signature 1\\r?\\nkey ([A-Za-z0-9+/=]+)\\r?\\nsignature ([A-Za-z0-9+/=]+)\\s*");

  /** Reads a signature; empty if this is none. */
  static Optional<DetachedSignature> read(byte[] file) {
    if (file.length == LENGTH) {
      return Optional.of(new DetachedSignature(Optional.empty(), file));
    }
    Matcher text = TEXT.matcher(new String(file, ISO_8859_1));
    if (!text.matches()) {
      return Optional.empty();
    }
    try {
      Optional<PublicKey> key = PublicKeys.ofDer(Base64.getDecoder().decode(text.group(1)));
      byte[] bytes = Base64.getDecoder().decode(text.group(2));
      return key.isPresent() && bytes.length == LENGTH
          ? Optional.of(new DetachedSignature(key, bytes))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the text of the file. */
  static String text(PublicKey key, byte[] signature) {
    return "triptych-signature 1\nkey "
        + Base64.getEncoder().encodeToString(key.getEncoded())
        + "\nsignature "
        + Base64.getEncoder().encodeToString(signature)
        + "\n";
  }

  /** Returns whether this key made it, over these bytes. */
  boolean fits(PublicKey signer, byte[] jar) {
    try {
      Signature check = Signature.getInstance(PublicKeys.ED25519);
      check.initVerify(signer);
      check.update(jar);
      return check.verify(bytes);
    } catch (GeneralSecurityException e) { // a key of another algorithm, or no point of the curve
      return false;
    }
  }
}
