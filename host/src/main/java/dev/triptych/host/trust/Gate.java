package dev.triptych.host.trust;

import dev.triptych.host.trust.TrustStore.Pin;
import dev.triptych.host.trust.TrustStore.Trusted;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets plugins in, or not: nothing comes in unless somebody whom the user trusts vouches for it, or
 * the user said that nobody needs to. [any thread]
 *
 * <p>The framework itself checks nothing, so this comes before anything else reads the bytes.
 */
public final class Gate {
  private final TrustStore store;

  /** Makes the gate of a home folder. */
  public Gate(Path home) {
    this.store = new TrustStore(home);
  }

  /**
   * Checks a candidate.
   *
   * @param allowUnsigned whether the user said that nobody needs to vouch for it
   * @throws IllegalArgumentException if it is refused: why, and what to do, in one sentence
   * @throws IOException if {@code trust.json} cannot be read
   */
  public Verdict check(Candidate candidate, boolean allowUnsigned) throws IOException {
    Trusted trusted = store.read();
    List<String> remarks = new ArrayList<>();
    Optional<TrustedKey> signer = signer(candidate, trusted, allowUnsigned, remarks);
    Optional<Pin> pin = trusted.pin(candidate.sha256());
    Ground ground;
    Optional<String> voucher = Optional.empty();
    if (signer.isPresent()) {
      ground = Ground.SIGNATURE;
      voucher = signer.map(TrustedKey::toString);
    } else if (pin.isPresent()) {
      ground = Ground.PINNED;
      voucher = pin.map(Pin::name);
    } else if (allowUnsigned) {
      ground = Ground.UNSIGNED;
    } else {
      throw new IllegalArgumentException(
          candidate.name()
              + " is not signed: if you trust this very file, run triptych plugins trust "
              + candidate.name()
              + ", or add --allow-unsigned");
    }
    Capabilities none = Capabilities.of(List.of());
    return new Verdict(ground, voucher, none, none, remarks);
  }

  /** Returns the trusted key that signed the file; a signature that fails is never passed over. */
  private static Optional<TrustedKey> signer(
      Candidate candidate, Trusted trusted, boolean allowUnsigned, List<String> remarks) {
    if (candidate.signature().isEmpty()) {
      return Optional.empty();
    }
    String name = candidate.name();
    DetachedSignature signature =
        DetachedSignature.read(candidate.signature().get())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        name + ".sig is no signature: get it again from the author of " + name));
    if (signature.key().isEmpty()) {
      Optional<TrustedKey> fitting =
          trusted.keys().stream()
              .filter(one -> signature.fits(one.key(), candidate.bytes()))
              .findFirst();
      if (fitting.isEmpty() && trusted.pin(candidate.sha256()).isEmpty()) {
        throw new IllegalArgumentException(
            "the signature of "
                + name
                + " fits none of the keys that you trust: either the file was changed after it was"
                + " signed, or its author's key must be trusted first, with triptych plugins trust"
                + " KEY");
      }
      return fitting;
    }
    PublicKey key = signature.key().get();
    Optional<TrustedKey> known = trusted.key(key);
    if (!signature.fits(key, candidate.bytes())) {
      throw new IllegalArgumentException(
          name
              + " was changed after "
              + known.map(TrustedKey::toString).orElse(TrustedKey.shortFingerprint(key))
              + " signed it: get it again from its author");
    }
    if (known.isEmpty() && trusted.pin(candidate.sha256()).isEmpty()) {
      String signed =
          name
              + " is signed by the key "
              + TrustedKey.shortFingerprint(key)
              + ", which you do not trust";
      if (!allowUnsigned) {
        throw new IllegalArgumentException(
            signed
                + ": ask its author for the key, then run triptych plugins trust KEY, or "
                + name
                + ".sig to trust the key that is named there");
      }
      remarks.add(signed);
    }
    return known;
  }
}
