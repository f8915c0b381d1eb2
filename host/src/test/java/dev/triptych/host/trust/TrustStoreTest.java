package dev.triptych.host.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TrustStoreTest {
  private static final String DIGEST = "ab".repeat(32);
  @TempDir private Path temp;

  @Test
  void keysAndPinsComeAndGo() throws Exception {
    TrustStore store = new TrustStore(temp.resolve("home"));
    assertEquals(List.of(), store.read().keys());
    SigningKey key = SigningKey.generate();
    TrustedKey trusted = store.trust(key.publicKey(), "acme");
    store.trust(key.publicKey(), "Acme");
    store.pin(DIGEST, "haiku.jar");
    assertEquals(List.of(new TrustedKey("Acme", key.publicKey())), store.read().keys());
    assertEquals(List.of(new TrustStore.Pin("haiku.jar", DIGEST)), store.read().pins());
    assertRefused(() -> store.remove("abab"), "--list");
    assertRefused(() -> store.remove("0123456789"), "--list");
    assertEquals("haiku.jar", store.remove("abababab"));
    assertEquals("Acme", store.remove(trusted.fingerprint()));
    assertEquals(List.of(), store.read().keys());
    assertEquals(List.of(), store.read().pins());
  }

  @Test
  void unknownFieldsAreKept() throws Exception {
    TrustStore store = new TrustStore(temp);
    Path file = temp.resolve("trust.json");
    Files.writeString(
        file,
        "{\"since\": 7, \"pins\": [{\"name\": \"a\", \"sha256\": \"" + DIGEST + "\", \"by\": 9}]}");
    store.pin(DIGEST, "b");
    store.trust(SigningKey.generate().publicKey(), "c");
    String text = Files.readString(file);
    assertTrue(text.contains("\"since\" : 7") && text.contains("\"by\" : 9"), text);
    assertEquals("b", store.read().pins().get(0).name());
  }

  @Test
  void aDamagedFileIsToldAndLeftAlone() throws Exception {
    TrustStore store = new TrustStore(temp);
    Path file = temp.resolve("trust.json");
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "{\"keys\": {}}",
            "{\"pins\": \"x\"}",
            "{\"keys\": [{\"name\": \"a\"}]}",
            "{\"keys\": [{\"name\": \"a\", \"key\": \"AAAA\"}]}",
            "{\"keys\": [{\"name\": \"a\", \"key\": \"!\"}]}",
            "{\"pins\": [{\"name\": 1, \"sha256\": \"x\"}]}",
            "{\"pins\": [7]}")) {
      Files.writeString(file, text);
      IOException told = assertThrows(IOException.class, store::read, text);
      assertTrue(told.getMessage().endsWith("trust anew"), told.getMessage());
      assertThrows(IOException.class, () -> store.pin(DIGEST, "x"));
      assertEquals(text, Files.readString(file));
    }
  }

  @Test
  void aKeyIsWrittenOnceAndReadAgain() throws Exception {
    SigningKey key = SigningKey.generate();
    Path file = temp.resolve("key.pem");
    key.write(file);
    if (temp.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    byte[] before = Files.readAllBytes(file);
    assertThrows(FileAlreadyExistsException.class, () -> SigningKey.generate().write(file));
    assertEquals(key.publicKey(), SigningKey.read(file).publicKey());
    assertEquals(key.publicKey(), TrustStore.keyIn(SigningKey.publicFile(file)));
    assertArrayEquals(before, Files.readAllBytes(file));
    Files.writeString(file, Files.readString(SigningKey.publicFile(file)));
    assertRefused(() -> SigningKey.read(file), "keygen");
    Files.writeString(
        file,
        new String(before).replaceFirst("(?s)-----END PRIVATE.*", "")
            + "-----END PRIVATE KEY-----\n"
            + SigningKey.generate().publicPem());
    assertRefused(() -> SigningKey.read(file), "keygen");
    Files.writeString(file, "a poem");
    assertRefused(() -> TrustStore.keyIn(file), "no public key");
  }

  /** RFC 8032, section 7.1, test 2: what others sign fits here. */
  @Test
  void aSignatureOfTheStandardFits() throws Exception {
    HexFormat hex = HexFormat.of();
    byte[] der =
        hex.parseHex(
            "302a300506032b6570032100"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] signature =
        hex.parseHex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    var key = PublicKeys.ofDer(der).orElseThrow();
    DetachedSignature bare = DetachedSignature.read(signature).orElseThrow();
    assertTrue(bare.key().isEmpty());
    assertTrue(bare.fits(key, new byte[] {0x72}));
    assertFalse(bare.fits(key, new byte[] {0x73}));
    String text = DetachedSignature.text(key, signature);
    assertEquals(key, DetachedSignature.read(text.getBytes()).orElseThrow().key().orElseThrow());
    for (int i = 0; i < text.length(); i += 3) {
      byte[] cut = text.substring(0, i).getBytes();
      assertTrue(DetachedSignature.read(cut).isEmpty() || cut.length == 64, "cut at " + i);
    }
  }

  private static void assertRefused(Executable action, String why) {
    String told = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(told.contains(why), told);
  }
}
