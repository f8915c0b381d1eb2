package dev.triptych.host.trust;

import dev.triptych.host.trust.TrustStore.Pin;
import dev.triptych.host.trust.TrustStore.Trusted;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets plugins in, or not: nothing comes in unless somebody whom the user trusts vouches for it, or
 * the user said that nobody needs to; and nothing that is misshapen, or uses what it does not
 * declare. [any thread]
 *
 * <p>The framework itself checks nothing, so this comes before anything else reads the bytes.
 */
public final class Gate {
  private final TrustStore store;

  /** Makes the gate of a home folder. */
  public Gate(Path home) {
    this.store = new TrustStore(home);
  }

  /** What a look at the file alone tells. */
  private record Look(JarShape shape, Capabilities declared, Capabilities found) {}

  /**
   * Checks a candidate.
   *
   * @param allowUnsigned whether the user said that nobody needs to vouch for it
   * @throws IllegalArgumentException if it is refused: why, and what to do, in one sentence
   * @throws IOException if {@code trust.json} cannot be read
   */
  public Verdict check(Candidate candidate, boolean allowUnsigned) throws IOException {
    Trusted trusted = store.read();
    Optional<Pin> pin = trusted.pin(candidate.sha256());
    List<String> remarks = new ArrayList<>();
    try {
      Look look = look(candidate);
      boolean lenient = allowUnsigned || pin.isPresent();
      Optional<TrustedKey> signer = beside(candidate, trusted, lenient, remarks);
      Ground ground = Ground.SIGNATURE;
      if (signer.isEmpty() && look.shape.holdsSignatures()) {
        signer = inside(candidate, look.shape, trusted, lenient, remarks);
        ground = Ground.JAR_SIGNATURE;
      }
      Optional<String> voucher = signer.map(TrustedKey::toString);
      if (pin.isPresent() && voucher.isEmpty()) {
        ground = Ground.PINNED;
        voucher = pin.map(Pin::name);
      } else if (voucher.isEmpty()) {
        if (!allowUnsigned) {
          throw unsigned(candidate);
        }
        ground = Ground.UNSIGNED;
      }
      checkDeclared(candidate, look, pin.isPresent(), remarks);
      remarks.addAll(look.shape.classes().remarks());
      return new Verdict(ground, voucher, look.declared, look.found, remarks);
    } catch (Refusal e) {
      throw new IllegalArgumentException(candidate.name() + " is refused: " + e.getMessage(), e);
    }
  }

  /**
   * Pins a candidate's bytes: they are let in from now on, whoever made them and whatever they use.
   *
   * @return what was found out about it
   * @throws IllegalArgumentException if the file is misshapen
   */
  public Verdict pin(Candidate candidate, String name) throws IOException {
    try {
      look(candidate);
    } catch (Refusal e) {
      throw new IllegalArgumentException(candidate.name() + " is refused: " + e.getMessage(), e);
    }
    store.pin(candidate.sha256(), name);
    return check(candidate, false);
  }

  private static Look look(Candidate candidate) throws Refusal {
    JarShape shape = JarShape.read(candidate.bytes());
    try {
      return new Look(
          shape,
          Capabilities.parse(shape.manifest().header(Capabilities.HEADER).orElse("")),
          Capabilities.of(shape.classes().found().keySet()));
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage());
    }
  }

  /** Returns the trusted key that made the signature beside the file, which must fit. */
  private static Optional<TrustedKey> beside(
      Candidate candidate, Trusted trusted, boolean lenient, List<String> remarks) throws Refusal {
    if (candidate.signature().isEmpty()) {
      return Optional.empty();
    }
    DetachedSignature signature =
        DetachedSignature.read(candidate.signature().get())
            .orElseThrow(
                () ->
                    new Refusal(
                        "what lies beside it as "
                            + candidate.name()
                            + ".sig is no signature: get both again from its author"));
    if (signature.key().isEmpty()) {
      Optional<TrustedKey> fitting =
          trusted.keys().stream()
              .filter(one -> signature.fits(one.key(), candidate.bytes()))
              .findFirst();
      if (fitting.isEmpty()) {
        throw new Refusal(
            "its signature fits no key that you trust: either it was changed after it was signed,"
                + " or you must trust its author's key first, with triptych plugins trust KEY");
      }
      return fitting;
    }
    PublicKey key = signature.key().get();
    Optional<TrustedKey> known = trusted.key(key);
    if (!signature.fits(key, candidate.bytes())) {
      throw new Refusal(
          "it was changed after "
              + known.map(TrustedKey::toString).orElse(TrustedKey.shortFingerprint(key))
              + " signed it: get it again from its author");
    }
    if (known.isEmpty()) {
      unknown(candidate, key, lenient, candidate.name() + ".sig", remarks);
    }
    return known;
  }

  /** Returns the trusted key that signed every entry inside the jar, whose signatures must fit. */
  private static Optional<TrustedKey> inside(
      Candidate candidate, JarShape shape, Trusted trusted, boolean lenient, List<String> remarks)
      throws Refusal {
    Set<PublicKey> signers = JarSignature.signers(candidate.bytes(), shape);
    Optional<TrustedKey> known =
        signers.stream().map(trusted::key).flatMap(Optional::stream).findFirst();
    if (known.isEmpty() && !signers.isEmpty()) {
      unknown(candidate, signers.iterator().next(), lenient, "CERTIFICATE", remarks);
    }
    return known;
  }

  private static void unknown(
      Candidate candidate, PublicKey key, boolean lenient, String holder, List<String> remarks) {
    String signed = candidate.name() + " is signed by the key " + TrustedKey.shortFingerprint(key);
    if (!lenient) {
      throw new IllegalArgumentException(
          signed
              + ", which you do not trust: compare these digits with what its author says, then run"
              + " triptych plugins trust "
              + holder);
    }
    remarks.add(signed + ", which you do not trust");
  }

  private static IllegalArgumentException unsigned(Candidate candidate) {
    return new IllegalArgumentException(
        candidate.name()
            + " is not signed: if you trust this very file, run triptych plugins trust "
            + candidate.name()
            + ", or add --allow-unsigned");
  }

  /** What the classes refer to must be declared, unless the user trusts this very file. */
  private static void checkDeclared(
      Candidate candidate, Look look, boolean pinned, List<String> remarks) {
    Map<Capability, String> found = look.shape.classes().found();
    EnumSet<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(found.keySet());
    missing.removeAll(look.declared.all());
    if (missing.isEmpty()) {
      return;
    }
    String uses =
        candidate.name()
            + " uses "
            + missing.stream().map(Capability::label).collect(Collectors.joining(", "))
            + " without saying so ("
            + found.get(missing.iterator().next())
            + ")";
    if (!pinned) {
      missing.addAll(look.declared.all());
      throw new IllegalArgumentException(
          uses
              + ": its manifest must have the line "
              + Capabilities.HEADER
              + ": "
              + Capabilities.of(missing));
    }
    remarks.add(uses);
  }
}
