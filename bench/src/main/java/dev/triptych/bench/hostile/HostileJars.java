package dev.triptych.bench.hostile;

import static dev.triptych.bench.hostile.GoodPlugin.CLASS;
import static dev.triptych.bench.hostile.GoodPlugin.COMPONENT;
import static dev.triptych.bench.hostile.GoodPlugin.MANIFEST;
import static dev.triptych.bench.hostile.GoodPlugin.bytesOf;
import static dev.triptych.bench.hostile.GoodPlugin.jar;
import static dev.triptych.bench.hostile.GoodPlugin.parts;
import static dev.triptych.bench.hostile.GoodPlugin.unpack;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Makes hostile jars out of one good plugin, each of a kind and a seed. */
public final class HostileJars {
  /** The kind of the good plugin. */
  static final String UNHARMED = "unharmed";

  /** Makes a jar of one kind. */
  interface Kind {
    HostileJar make(SplittableRandom random) throws IOException;
  }

  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Signers signers;
  private final byte[] good;
  private final byte[] goodInside;

  /** Prepares the good plugin and the keys, with files in a folder of its own. */
  public HostileJars(Path folder) throws IOException, InterruptedException {
    signers = new Signers(folder);
    good = jar(parts(""));
    goodInside = signers.inside(good);
    new ShapeKinds(this).addTo(kinds);
    contents();
    signatures();
    bundles();
  }

  /** Returns the keys that the host shall trust. */
  public List<PublicKey> trusted() throws GeneralSecurityException {
    return signers.trusted();
  }

  /** Returns the bytes of the good plugin. */
  byte[] good() {
    return good;
  }

  /** Returns the names of all kinds. */
  public List<String> kinds() {
    return List.copyOf(kinds.keySet());
  }

  /** Makes one; the same number and seed give the same mutation, but for the keys. */
  public HostileJar make(int number, long seed) throws IOException {
    String name = kinds().get(number % kinds.size());
    return kinds.get(name).make(new SplittableRandom(seed * 1_000_003 + number)).named(name);
  }

  /** Returns the good plugin with the author's signature. */
  public HostileJar unharmed() {
    return signed(good, "").named(UNHARMED);
  }

  /** Returns the good plugin with signatures inside. */
  public HostileJar unharmedInside() {
    return plain(goodInside, "").named(UNHARMED);
  }

  private void contents() {
    add(
        "newer class file",
        random -> {
          Map<String, byte[]> parts = parts("");
          parts.get(CLASS)[7] = (byte) (100 + random.nextInt(100));
          return signed(jar(parts), "needs Java");
        });
    add(
        "damaged class file",
        random -> {
          Map<String, byte[]> parts = parts("");
          byte[] one = parts.get(CLASS);
          parts.put(CLASS, Arrays.copyOf(one, random.nextInt(one.length / 2)));
          return signed(jar(parts), "is damaged");
        });
    add(
        "huge manifest",
        random -> {
          String value = "x".repeat(60);
          StringBuilder more = new StringBuilder();
          int count = pick(List.of(5_000, 40_000), random);
          for (int i = 0; i < count; i++) {
            more.append("X-").append(i).append(": ").append(value).append("\n");
          }
          return signed(jar(parts(more.toString())), "is too large");
        });
    add("header twice", random -> signed(jar(parts("import-package: java.lang\n")), "twice"));
    add(
        "damaged manifest",
        random -> {
          Map<String, byte[]> parts = parts("");
          parts.put(
              MANIFEST, pick(List.of("", "\n", "no colon\n", "A: \0\n"), random).getBytes(UTF_8));
          return signed(jar(parts), "is damaged|no Bundle-SymbolicName");
        });
    add(
        "no bundle",
        random -> {
          Map<String, byte[]> parts = parts("");
          parts.put(MANIFEST, "Manifest-Version: 1.0\n\n".getBytes(UTF_8));
          return signed(jar(parts), "no plugin");
        });
    add(
        "fragment of the framework",
        random ->
            signed(jar(parts("Fragment-Host: system.bundle; extension:=framework\n")), "fragment"));
    add(
        "odd versions of Java",
        random ->
            with(
                "version of Java",
                zip ->
                    zip.add(
                        "META-INF/versions/"
                            + pick(
                                List.of("x/A", "7/A", "17/OSGI-INF/MANIFEST.MF", "9/META-INF/x"),
                                random),
                        new byte[3])));
    add(
        "inner jar damaged",
        random -> {
          Map<String, byte[]> parts = parts("Bundle-ClassPath: .,lib/inner.jar\n");
          parts.put("lib/inner.jar", Arrays.copyOf(good, random.nextInt(good.length)));
          return signed(jar(parts), "inner jar");
        });
    add(
        "undeclared use",
        random -> {
          Map<String, byte[]> parts = parts("");
          Class<?> type = pick(List.of(Signers.class, ZipBytes.class, HostileJars.class), random);
          parts.put("hidden/A.class", bytesOf(Signers.class));
          parts.put("hidden/B.class", bytesOf(type));
          return signed(jar(parts), "without saying so");
        });
    add(
        "unknown capability",
        random -> signed(jar(parts("Triptych-Capabilities: everything\n")), "there are only"));
  }

  private void signatures() {
    add(
        "not signed",
        random ->
            new HostileJar(
                "", good, Optional.empty(), false, Pattern.compile("is not signed"), false));
    add(
        "signature is no signature",
        random -> {
          byte[] text = new byte[random.nextInt(300)];
          Arrays.fill(text, (byte) 'x');
          return beside(good, text, "no signature|fits no key");
        });
    add(
        "wrong signature",
        random -> {
          byte[] bytes = new byte[64];
          random.nextBytes(bytes);
          return beside(
              good,
              random.nextBoolean() ? bytes : signers.forged(bytes),
              "fits no key|was changed");
        });
    add(
        "signed by a stranger",
        random -> beside(good, signers.besideByStranger(good), "which you do not trust"));
    add(
        "signed, then changed",
        random -> {
          Map<String, byte[]> parts = parts("");
          parts.put("more.txt", new byte[random.nextInt(99)]);
          return beside(jar(parts), signers.beside(good), "was changed after");
        });
    add("signed, then bytes flipped", random -> beside(flipped(random), signers.beside(good), ""));
    add(
        "bytes flipped, unsigned allowed",
        random ->
            new HostileJar("", flipped(random), Optional.empty(), true, Pattern.compile(""), true));
    add(
        "signed inside, then changed",
        random -> {
          Map<String, byte[]> parts = unpack(goodInside);
          parts.get(COMPONENT)[random.nextInt(100)] ^= 1;
          return plain(jar(parts), "changed after it was signed");
        });
    add(
        "signed inside, entry added",
        random -> {
          Map<String, byte[]> parts = unpack(goodInside);
          parts.put("more" + random.nextInt(99), new byte[5]);
          return plain(jar(parts), "was added after");
        });
    add(
        "signed inside, entry stripped",
        random -> {
          Map<String, byte[]> parts = unpack(goodInside);
          parts.remove(pick(List.of(COMPONENT, CLASS), random));
          return plain(jar(parts), "was removed after");
        });
    add(
        "signed inside, signature stripped",
        random -> {
          Map<String, byte[]> parts = unpack(goodInside);
          parts.keySet().removeIf(name -> name.matches("META-INF/.*\\.(SF|EC)"));
          return plain(jar(parts), "is not signed");
        });
    add(
        "signed inside, manifest changed",
        random -> {
          Map<String, byte[]> parts = unpack(goodInside);
          String text = new String(parts.get(MANIFEST), UTF_8);
          parts.put(
              MANIFEST,
              text.replaceFirst("Bundle-Version: 1", "Bundle-Version: " + (2 + random.nextInt(7)))
                  .getBytes(UTF_8));
          return plain(jar(parts), "changed after it was signed");
        });
  }

  private void bundles() {
    add(
        "cyclic imports",
        random ->
            signed(
                jar(
                    parts(
                        "Export-Package: org.example.a\nRequire-Bundle: org.example.ring"
                            + random.nextInt(9)
                            + "\n")),
                "org.example.ring"));
    add(
        "lacks an import",
        random -> {
          Map<String, byte[]> parts = parts("");
          String text = new String(parts.get(MANIFEST), UTF_8);
          parts.put(
              MANIFEST,
              text.replace(
                      "Import-Package: ", "Import-Package: org.example.b" + random.nextInt(9) + ",")
                  .getBytes(UTF_8));
          return signed(jar(parts), "org.example.b");
        });
    add(
        "no component",
        random -> {
          Map<String, byte[]> parts = parts("");
          parts.put(COMPONENT, "<nothing/>".getBytes(UTF_8));
          return signed(jar(parts), "");
        });
  }

  private void add(String name, Kind kind) {
    kinds.put(name, kind);
  }

  /** Adds what is wrong to a jar. */
  interface Change {
    void to(ZipBytes zip);
  }

  /** A signed jar to which something was added before. */
  HostileJar with(String sentence, Change change) {
    try {
      ZipBytes zip = new ZipBytes();
      parts("").forEach(zip::add);
      change.to(zip);
      return signed(zip.bytes(), sentence);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HostileJar signed(byte[] jar, String sentence) {
    return beside(jar, signers.beside(jar), sentence);
  }

  private static HostileJar beside(byte[] jar, byte[] signature, String sentence) {
    return new HostileJar("", jar, Optional.of(signature), false, Pattern.compile(sentence), false);
  }

  private static HostileJar plain(byte[] jar, String sentence) {
    return new HostileJar("", jar, Optional.empty(), false, Pattern.compile(sentence), false);
  }

  private byte[] flipped(SplittableRandom random) {
    byte[] bytes = good.clone();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return Arrays.equals(bytes, good) ? flipped(random) : bytes;
  }

  static <T> T pick(List<T> some, SplittableRandom random) {
    return some.get(random.nextInt(some.size()));
  }

  static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
