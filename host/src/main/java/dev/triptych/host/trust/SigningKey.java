package dev.triptych.host.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;

/**
 * An author's Ed25519 key, in a PEM file of its own: the private key as PKCS #8, then the public
 * key. OpenSSL reads both.
 */
public final class SigningKey {
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String OWNER_ONLY = "rw-------";

  private final PrivateKey key;
  private final PublicKey publicKey;

  private SigningKey(PrivateKey key, PublicKey publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  /** Makes a new key. */
  public static SigningKey generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(PublicKeys.ED25519).generateKeyPair();
      return new SigningKey(pair.getPrivate(), pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java since 15 has Ed25519", e);
    }
  }

  /**
   * Reads a key's file.
   *
   * @throws IllegalArgumentException if it holds no such key
   */
  public static SigningKey read(Path file) throws IOException {
    byte[] pem = Files.readAllBytes(file);
    try {
      byte[] der = PublicKeys.block(PRIVATE, pem).orElseThrow(IllegalArgumentException::new);
      PublicKey known = PublicKeys.ofFile(pem).orElseThrow(IllegalArgumentException::new);
      SigningKey read =
          new SigningKey(
              KeyFactory.getInstance(PublicKeys.ED25519)
                  .generatePrivate(new PKCS8EncodedKeySpec(der)),
              known);
      byte[] probe = "probe".getBytes(US_ASCII);
      if (read.signature(probe).fits(known, probe)) {
        return read;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // told below
    }
    throw new IllegalArgumentException(
        file + " holds no Ed25519 key with its public key: make one with triptych plugins keygen");
  }

  /** Returns the public key. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Returns the public key as PEM, for those who shall trust it. */
  public String publicPem() {
    return PublicKeys.pem(publicKey);
  }

  /**
   * Writes the key's file, which only its owner may read, and {@code FILE.pub} beside it.
   *
   * @throws FileAlreadyExistsException if one of them is there: a key is never written over
   */
  public void write(Path file) throws IOException {
    Path shown = publicFile(file);
    for (Path one : new Path[] {file, shown}) {
      if (Files.exists(one)) {
        throw new FileAlreadyExistsException(one.toString());
      }
    }
    Files.createFile(file, ownerOnly(file));
    Files.writeString(file, PublicKeys.pem(PRIVATE, key.getEncoded()) + publicPem(), US_ASCII);
    Files.writeString(shown, publicPem(), US_ASCII, StandardOpenOption.CREATE_NEW);
  }

  /** Returns where the public key lies beside a private one. */
  public static Path publicFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  /** Signs all bytes of a jar and writes {@code NAME.jar.sig} beside it; returns that file. */
  public Path sign(Path jar) throws IOException {
    byte[] bytes = Candidate.read(jar).bytes();
    Path target = jar.resolveSibling(jar.getFileName() + ".sig");
    Path folder = jar.toAbsolutePath().getParent();
    Path temp = Files.createTempFile(folder, "sig-", ".tmp");
    try {
      Files.writeString(temp, DetachedSignature.text(publicKey, signature(bytes).bytes()));
      makeReadable(temp);
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temp);
    }
    return target;
  }

  private DetachedSignature signature(byte[] bytes) {
    try {
      Signature signing = Signature.getInstance(PublicKeys.ED25519);
      signing.initSign(key);
      signing.update(bytes);
      return new DetachedSignature(Optional.of(publicKey), signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key cannot sign", e);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    boolean posix = hasPermissions(file);
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY))
        }
        : new FileAttribute<?>[0];
  }

  private static void makeReadable(Path file) throws IOException {
    if (hasPermissions(file)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  private static boolean hasPermissions(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
