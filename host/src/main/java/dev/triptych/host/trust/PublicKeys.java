package dev.triptych.host.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Public keys as text and bytes: PEM, DER, certificates. */
final class PublicKeys {
  /** The algorithm of the keys that sign whole files. */
  static final String ED25519 = "Ed25519";

  private static final List<String> ALGORITHMS = List.of(ED25519, "EC", "RSA", "DSA", "Ed448");
  private static final String PEM = "PUBLIC KEY";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private PublicKeys() {}

  /** Reads a key as X.509 encodes it, in DER; empty if this is none. */
  static Optional<PublicKey> ofDer(byte[] der) {
    for (String algorithm : ALGORITHMS) {
      try {
        return Optional.of(
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
      } catch (GeneralSecurityException e) {
        // a key of another algorithm, or none at all
      }
    }
    return Optional.empty();
  }

  /** Reads a key that a file holds, as PEM or DER, alone or in a certificate. */
  static Optional<PublicKey> ofFile(byte[] file) {
    Optional<byte[]> der = block(PEM, file);
    if (der.isPresent()) {
      return ofDer(der.get());
    }
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      return Optional.of(x509.generateCertificate(new ByteArrayInputStream(file)).getPublicKey());
    } catch (GeneralSecurityException e) {
      return ofDer(file);
    }
  }

  /** Returns a key as PEM. */
  static String pem(PublicKey key) {
    return pem(PEM, key.getEncoded());
  }

  /** Returns a PEM block. */
  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + new String(LINES.encode(der), US_ASCII)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** Returns what the first PEM block of this label holds; empty if there is none. */
  static Optional<byte[]> block(String label, byte[] file) {
    String text = new String(file, ISO_8859_1);
    String begin = "-----BEGIN " + label + "-----";
    int start = text.indexOf(begin);
    int end = text.indexOf("-----END " + label + "-----");
    if (start < 0 || end < start) {
      return Optional.empty();
    }
    try {
      String body = text.substring(start + begin.length(), end).replaceAll("\\s", "");
      return Optional.of(Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
