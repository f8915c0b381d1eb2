package dev.triptych.bench.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;

/** Two authors: one who signs whole files, one who signs inside jars; and a stranger. */
final class Signers {
  private static final char[] WORD = "doorbell".toCharArray();

  private final KeyPair author = ed25519();
  private final KeyPair stranger = ed25519();
  private final Path folder;
  private final KeyStore store;

  /** Makes the keys; the one for jars needs a certificate, which the JDK's keytool makes. */
  Signers(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Path file = folder.resolve("signer.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=doorbell",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(WORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed: " + folder.resolve("keytool.log"));
    }
    try (InputStream in = Files.newInputStream(file)) {
      store = KeyStore.getInstance("PKCS12");
      store.load(in, WORD);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Returns the keys that the host shall trust. */
  List<PublicKey> trusted() throws GeneralSecurityException {
    return List.of(author.getPublic(), certificate().getPublicKey());
  }

  /** Returns what lies beside a jar that the author signed. */
  byte[] beside(byte[] jar) {
    return beside(jar, author);
  }

  /** Returns what lies beside a jar that a stranger signed. */
  byte[] besideByStranger(byte[] jar) {
    return beside(jar, stranger);
  }

  /** Returns a text that names the author's key, with another signature. */
  byte[] forged(byte[] signature) {
    return text(author.getPublic(), signature);
  }

  /** Returns the jar with signatures inside. */
  byte[] inside(byte[] jar) throws IOException {
    Path plain = folder.resolve("plain.jar");
    Files.write(plain, jar);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipFile zip = new ZipFile(plain.toFile())) {
      new JarSigner.Builder(
              (PrivateKey) store.getKey("a", WORD),
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate())))
          .build()
          .sign(zip, out);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return out.toByteArray();
  }

  private Certificate certificate() throws GeneralSecurityException {
    return store.getCertificate("a");
  }

  private static byte[] beside(byte[] jar, KeyPair by) {
    try {
      Signature signing = Signature.getInstance("Ed25519");
      signing.initSign(by.getPrivate());
      signing.update(jar);
      return text(by.getPublic(), signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java since 15 has Ed25519", e);
    }
  }

  private static byte[] text(PublicKey key, byte[] signature) {
    Base64.Encoder base64 = Base64.getEncoder();
    return ("triptych-signature 1\nkey "
            + base64.encodeToString(key.getEncoded())
            + "\nsignature "
            + base64.encodeToString(signature)
            + "\n")
        .getBytes(US_ASCII);
  }

  private static KeyPair ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java since 15 has Ed25519", e);
    }
  }
}
