package dev.triptych.host.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four grounds, and the capabilities; hostile jars are tried in bench. */
class GateTest {
  private static final Capabilities NONE = Capabilities.of(List.of());

  @TempDir private Path temp;
  private Gate gate;
  private TrustStore store;
  private Path jar;

  @BeforeEach
  void open() throws IOException {
    gate = new Gate(temp.resolve("home"));
    store = new TrustStore(temp.resolve("home"));
    jar = echo().write(temp.resolve("echo.jar"));
  }

  private static BundleJar echo() {
    return BundleJar.of("test.echo", Echo.class).header(Capabilities.HEADER, "");
  }

  private Verdict check(boolean allowUnsigned) throws IOException {
    return gate.check(Candidate.read(jar), allowUnsigned);
  }

  private void refused(boolean allowUnsigned, String... parts) {
    String told =
        assertThrows(IllegalArgumentException.class, () -> check(allowUnsigned)).getMessage();
    assertTrue(!told.contains("\n"), told);
    for (String part : parts) {
      assertTrue(told.contains(part), told + " does not say " + part);
    }
  }

  @Test
  void whatNobodyVouchesForIsRefusedUnlessAllowed() throws Exception {
    refused(false, "echo.jar is not signed", "plugins trust echo.jar", "--allow-unsigned");
    Verdict verdict = check(true);
    assertEquals(new Verdict(Ground.UNSIGNED, Optional.empty(), NONE, NONE, List.of()), verdict);
  }

  @Test
  void aTrustedKeysSignatureLetsIn() throws Exception {
    SigningKey key = SigningKey.generate();
    Path signature = key.sign(jar);
    String digits = TrustedKey.shortFingerprint(key.publicKey());
    refused(false, digits, "do not trust", "echo.jar.sig");
    assertEquals(Ground.UNSIGNED, check(true).ground());
    assertTrue(check(true).remarks().get(0).contains(digits));
    store.trust(TrustStore.keyIn(signature), "acme");
    assertEquals(Ground.SIGNATURE, check(false).ground());
    assertEquals(Optional.of("acme (" + digits + ")"), check(false).key());
    byte[] text = Files.readAllBytes(signature);
    byte[] bare = DetachedSignature.read(text).orElseThrow().bytes();
    Files.write(signature, bare);
    assertEquals(Ground.SIGNATURE, check(false).ground(), "64 bytes, tried with every key");
    Files.write(signature, text);
    echo().version("2.0.0").write(jar);
    refused(false, "changed after acme");
    refused(true, "changed after acme");
    Files.write(signature, bare);
    refused(true, "fits no key");
    store.remove(digits);
    key.sign(jar);
    refused(false, "do not trust");
  }

  @Test
  void aPinnedFileIsLetInWhateverItUses() throws Exception {
    jar =
        BundleJar.of("test.misbehaving", Misbehaving.class)
            .header(Capabilities.HEADER, "models")
            .write(jar);
    refused(
        true,
        "uses files without saying so",
        "dev.triptych.host.sample.Misbehaving refers to java.",
        "Triptych-Capabilities: files, models");
    Verdict verdict = gate.pin(Candidate.read(jar), "mine");
    assertEquals(Ground.PINNED, verdict.ground());
    assertEquals(Optional.of("mine"), verdict.key());
    assertEquals(Set.of(Capability.MODELS), verdict.declared().all());
    assertEquals(Set.of(Capability.FILES, Capability.MODELS), verdict.found().all());
    assertTrue(verdict.remarks().stream().anyMatch(one -> one.contains("without saying so")));
    assertEquals(Ground.PINNED, check(false).ground());
  }

  @Test
  void whatIsDeclaredMayBeUsed() throws Exception {
    jar =
        BundleJar.of("test.misbehaving", Misbehaving.class)
            .header(Capabilities.HEADER, "files , models,network")
            .write(jar);
    assertEquals("network, files, models", check(true).declared().toString());
    echo().header(Capabilities.HEADER, "files,,").write(jar);
    refused(true, "names \"\"");
  }

  /** What javac wrote: a socket in a field, a lambda, a native method, reflection. */
  @Test
  void usesAreFoundWhereverAClassNamesThem() throws Exception {
    assertEquals(Set.of(Capability.NETWORK), uses(Fields.class).found().keySet());
    assertEquals(Set.of(Capability.FILES), uses(Lambdas.class).found().keySet());
    assertEquals(Set.of(Capability.PROCESSES), uses(Calls.class).found().keySet());
    assertEquals(Set.of(), uses(Harmless.class).found().keySet());
    assertEquals(List.of(), uses(Harmless.class).remarks());
    List<String> remarks = uses(Hidden.class).remarks();
    assertEquals(2, remarks.size(), remarks.toString());
    assertTrue(remarks.get(0).contains("reflection"), remarks.toString());
    assertTrue(remarks.get(1).contains("native"), remarks.toString());
  }

  private static ClassScan uses(Class<?> type) throws IOException {
    ClassScan scan = new ClassScan();
    scan.add(ClassFile.read(bytes(type)));
    return scan;
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    try (var in = type.getResourceAsStream(type.getName().replaceFirst(".*\\.", "") + ".class")) {
      return in.readAllBytes();
    }
  }

  @Test
  void damagedClassFilesAreRefusedCleanly() throws Exception {
    byte[] whole = bytes(Misbehaving.class);
    for (int length = 0; length < whole.length / 2; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> ClassFile.read(cut), "cut at " + length);
    }
    for (int i = 8; i < whole.length; i += 3) {
      byte[] changed = whole.clone();
      changed[i] ^= 0x41;
      try {
        ClassFile.read(changed);
      } catch (IOException e) {
        assertTrue(e.getMessage() == null || !e.getMessage().isBlank()); // and nothing else
      }
    }
    assertEquals("cafebabe", HexFormat.of().formatHex(whole, 0, 4));
  }

  static final class Fields {
    java.net.Socket[] sockets;
  }

  static final class Lambdas {
    java.util.function.Function<java.nio.file.Path, Object> made() {
      return java.nio.file.Path::toFile;
    }
  }

  static final class Calls {
    void call(Runtime runtime) throws IOException {
      runtime.exec("true");
    }
  }

  static final class Harmless {
    Object made(java.nio.file.Path path, java.net.URI uri) throws IOException {
      Runnable lambda = () -> System.nanoTime();
      return List.of(path.resolve("x"), uri.getPath(), lambda, String.class.getResource("x"));
    }
  }

  static final class Hidden {
    native void away();

    Object made() throws ReflectiveOperationException {
      return Class.forName("java.net.Socket").getDeclaredConstructor().newInstance();
    }
  }
}
