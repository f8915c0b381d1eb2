package dev.triptych.host.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSigner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;

/**
 * Signatures inside a jar, as jarsigner makes them, checked for the whole jar: every entry is
 * signed, none is missing, and the manifest is the one that was signed. jarsigner's own check lets
 * entries be added and removed.
 *
 * <p>The anchor is the public key of the signer's certificate. Dates and issuers of certificates
 * say nothing here: the user trusts the key.
 */
final class JarSignature {
  private static final List<String> DIGESTS = List.of("SHA-256", "SHA-384", "SHA-512");
  private static final int BUFFER = 1 << 16;

  private JarSignature() {}

  /** Returns whether an entry holds a signature, or what it signs. */
  static boolean isSignatureFile(String name) {
    return name.toUpperCase(Locale.ROOT).matches("META-INF/[^/]+\\.(SF|RSA|EC|DSA)");
  }

  /**
   * Checks a jar whose shape is sound, and which holds signatures.
   *
   * @return the keys of those who signed every entry
   * @throws Refusal if it was changed after it was signed, or some entry is signed by nobody
   */
  static Set<PublicKey> signers(byte[] jar, JarShape shape) throws Refusal {
    Set<PublicKey> signers = null;
    Set<String> seen = new HashSet<>();
    List<Manifest> signatureFiles = new ArrayList<>();
    byte[] buffer = new byte[BUFFER];
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar), true)) {
      if (in.getManifest() == null) {
        throw new Refusal("it is signed, but its manifest is not its first entry: sign it anew");
      }
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        if (isSignatureFile(entry.getName())) {
          byte[] bytes = in.readAllBytes();
          if (entry.getName().toUpperCase(Locale.ROOT).endsWith(".SF")) {
            signatureFiles.add(new Manifest(new ByteArrayInputStream(bytes)));
          }
        } else if (!entry.isDirectory()) {
          drain(in, buffer);
          seen.add(entry.getName());
          Set<PublicKey> mine = keys(entry);
          if (mine.isEmpty()) {
            throw new Refusal(
                "its entry " + entry.getName() + " was added after it was signed, or never signed");
          }
          if (signers == null) {
            signers = mine;
          } else {
            signers.retainAll(mine);
          }
        }
      }
    } catch (SecurityException | IOException e) {
      throw new Refusal("it was changed after it was signed: get it again from its author");
    }
    Manifest manifest = shape.manifest().manifest();
    for (String name : manifest.getEntries().keySet()) {
      if (!seen.contains(name)) {
        throw new Refusal("its entry " + name + " was removed after it was signed");
      }
    }
    for (Manifest one : signatureFiles) {
      if (!signsWhole(one, shape.manifest().bytes())) {
        throw new Refusal("its manifest was changed after it was signed");
      }
    }
    return signers == null ? Set.of() : signers;
  }

  /** Returns whether a signature file has the digest of the whole manifest. */
  private static boolean signsWhole(Manifest signatureFile, byte[] manifest) {
    for (Map.Entry<Object, Object> one : signatureFile.getMainAttributes().entrySet()) {
      for (String algorithm : DIGESTS) {
        if (one.getKey().toString().equalsIgnoreCase(algorithm + "-Digest-Manifest")) {
          return Base64.getEncoder()
              .encodeToString(digest(algorithm, manifest))
              .equals(one.getValue().toString());
        }
      }
    }
    return false;
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  private static Set<PublicKey> keys(JarEntry entry) {
    Set<PublicKey> keys = new LinkedHashSet<>();
    CodeSigner[] signers = entry.getCodeSigners();
    if (signers != null) {
      Arrays.stream(signers)
          .map(one -> one.getSignerCertPath().getCertificates().get(0).getPublicKey())
          .forEach(keys::add);
    }
    return keys;
  }

  /** Reads an entry to its end, which makes Java compare its digest. */
  private static void drain(InputStream in, byte[] buffer) throws IOException {
    while (in.read(buffer) >= 0) {
      // the digest is all that is wanted
    }
  }
}
