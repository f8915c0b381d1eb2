package dev.triptych.bench.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Makes hostile jars out of one good plugin, each of a kind and a seed. */
public final class HostileJars {
  /** The kind of the good plugin. */
  static final String UNHARMED = "unharmed";

  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String CLASS = Doorbell.class.getName().replace('.', '/') + ".class";
  private static final byte[] ZEROS = new byte[63 << 20];

  private interface Kind {
    HostileJar make(SplittableRandom random) throws IOException;
  }

  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Signers signers;
  private final byte[] zeros = ZipBytes.deflated(ZEROS);
  private final int zerosCrc = ZipBytes.crc(ZEROS);
  private final byte[] good;
  private final byte[] goodInside;

  /** Prepares the good plugin and the keys, with files in a folder of its own. */
  public HostileJars(Path folder) throws IOException, InterruptedException {
    signers = new Signers(folder);
    good = jar(parts(""));
    goodInside = signers.inside(good);
    shapes();
    contents();
    signatures();
    bundles();
  }

  /** Returns the keys that the host shall trust. */
  public List<PublicKey> trusted() throws GeneralSecurityException {
    return signers.trusted();
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

  private void shapes() {
    add("cut zip", random -> signed(Arrays.copyOf(good, random.nextInt(good.length)), ""));
    add(
        "bytes appended",
        random -> signed(concat(good, new byte[1 + random.nextInt(99)]), "appended"));
    add("bytes before the zip", random -> signed(concat(new byte[] {1}, good), "no jar"));
    add(
        "bytes between entries",
        random ->
            with("belong to no entry", zip -> zip.add("x", new byte[9]).before = new byte[7]));
    add(
        "bomb: over 200 times its size",
        random ->
            with(
                "over 200 times",
                zip -> {
                  byte[] more = new byte[(65 << 20) + random.nextInt(1 << 20)];
                  zip.add("data.bin", more);
                }));
    add(
        "bomb: many entries",
        random ->
            with(
                "more than 640 MiB",
                zip -> {
                  for (int i = 0; i < 11; i++) {
                    zip.add("data/" + i, zeros, ZEROS.length, zerosCrc);
                  }
                }));
    add(
        "bomb: says it is small",
        random ->
            with(
                "are damaged",
                zip ->
                    zip.add("data.bin", zeros, ZEROS.length, zerosCrc).says(random.nextInt(1000))));
    add(
        "30,000 entries",
        random ->
            with(
                "are the most",
                zip -> {
                  for (int i = 0; i < 30_000; i++) {
                    zip.add("d/" + i, new byte[0]);
                  }
                }));
    add(
        "path traversal",
        random -> {
          List<String> names =
              List.of(
                  "../evil", "a/../../evil", "/etc/evil", "a\\..\\evil", "C:evil", "a//b", "./x");
          return with("leads out of the jar", zip -> zip.add(pick(names, random), new byte[3]));
        });
    add(
        "odd names",
        random ->
            with(
                "is not one of a file|twice",
                zip ->
                    zip.add(
                        pick(List.of("", "a\0b", "line\nbreak", "x".repeat(600)), random),
                        new byte[3])));
    add(
        "duplicate names",
        random ->
            with(
                "twice|beside or in place",
                zip ->
                    zip.add(
                        pick(
                            List.of(
                                MANIFEST, CLASS, "OSGI-INF/generator.xml", "meta-inf/manifest.mf"),
                            random),
                        new byte[9])));
    add(
        "two headers disagree",
        random ->
            with(
                "says otherwise",
                zip -> zip.add("abc", new byte[9]).localName = "xyz".getBytes(UTF_8)));
    add(
        "entry beyond the end",
        random ->
            with(
                "beyond its end|says otherwise",
                zip -> zip.add("abc", new byte[9]).centralOffset = random.nextLong(1L << 31)));
    add(
        "entries overlap",
        random ->
            with(
                "overlaps|says otherwise",
                zip -> {
                  zip.add("abc", new byte[9]);
                  zip.add(MANIFEST + "2", new byte[9]).centralOffset = 0;
                }));
    add(
        "encrypted entry",
        random -> with("is encrypted", zip -> zip.add("abc", new byte[9]).flags = 1));
    add(
        "unknown method",
        random ->
            with(
                "another method",
                zip -> zip.add("abc", new byte[9]).method = 9 + random.nextInt(90)));
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
          parts.get("OSGI-INF/generator.xml")[random.nextInt(100)] ^= 1;
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
          parts.remove(pick(List.of("OSGI-INF/generator.xml", CLASS), random));
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
          parts.put("OSGI-INF/generator.xml", "<nothing/>".getBytes(UTF_8));
          return signed(jar(parts), "");
        });
  }

  private void add(String name, Kind kind) {
    kinds.put(name, kind);
  }

  private interface Change {
    void to(ZipBytes zip);
  }

  /** A signed jar to which something was added before. */
  private HostileJar with(String sentence, Change change) {
    try {
      ZipBytes zip = new ZipBytes();
      parts("").forEach(zip::add);
      change.to(zip);
      return signed(zip.bytes(), sentence);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HostileJar signed(byte[] jar, String sentence) {
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

  /** Returns the entries of the good plugin, with more headers. */
  private static Map<String, byte[]> parts(String moreHeaders) {
    String name = Doorbell.class.getName();
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put(
        MANIFEST,
        ("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: bench.doorbell\n"
                + "Bundle-Version: 1.0.0\n"
                + "Import-Package: dev.triptych.api;version=\"[1.0,2)\"\n"
                + "Service-Component: OSGI-INF/generator.xml\n"
                + moreHeaders
                + "\n")
            .getBytes(UTF_8));
    parts.put(
        "OSGI-INF/generator.xml",
        ("<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\""
                + name
                + "\"><implementation class=\""
                + name
                + "\"/><service><provide interface=\"dev.triptych.api.Generator\"/></service>"
                + "</scr:component>")
            .getBytes(UTF_8));
    parts.put(CLASS, bytesOf(Doorbell.class));
    return parts;
  }

  private static byte[] jar(Map<String, byte[]> parts) throws IOException {
    ZipBytes zip = new ZipBytes();
    parts.forEach(zip::add);
    return zip.bytes();
  }

  private static Map<String, byte[]> unpack(byte[] jar) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        parts.put(entry.getName(), in.readAllBytes());
      }
    }
    return parts;
  }

  private static byte[] bytesOf(Class<?> type) {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T pick(List<T> some, SplittableRandom random) {
    return some.get(random.nextInt(some.size()));
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
