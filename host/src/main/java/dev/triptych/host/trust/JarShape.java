package dev.triptych.host.trust;

import dev.triptych.host.trust.ZipTable.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a plugin's jar is made of, read before anything else touches it: every entry is unpacked
 * once, counted and compared with the table, and nothing is trusted that the file says of itself.
 */
final class JarShape {
  /** How much all entries may hold, in bytes, those of inner jars among them. */
  static final long MAX_UNPACKED = 640L << 20;

  private static final int MAX_RATIO = 200;
  private static final int ANY_RATIO = 64 << 20;
  private static final int MAX_MANIFEST = 1 << 20;
  private static final int MAX_CLASS = 16 << 20;
  private static final int MAX_INNER = 128 << 20;
  private static final int MAX_NAME = 255;
  private static final int MAX_SHOWN = 60;
  private static final int FIRST_JAVA = 44;
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String NUMBER = "9|[1-9]\\d{1,2}";
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/([^/]*)(/(.*))?");

  private final ClassScan classes = new ClassScan();
  private final Set<String> names = new HashSet<>();
  private BundleManifest manifest;
  private long unpacked;

  private JarShape() {}

  /**
   * Reads a plugin's jar whole.
   *
   * @throws Refusal if it is no sound jar of a bundle for this Java
   */
  static JarShape read(byte[] jar) throws Refusal {
    JarShape shape = new JarShape();
    ZipTable table = ZipTable.of(jar);
    for (Entry entry : table.entries()) {
      checkName(entry, shape.names);
      checkVersioned(entry.name());
    }
    Entry named =
        table.entries().stream()
            .filter(entry -> entry.name().equals(MANIFEST))
            .findFirst()
            .orElseThrow(() -> new Refusal("it has no manifest, so it is no plugin"));
    shape.manifest = BundleManifest.read(shape.bytes(table, named, MAX_MANIFEST, "manifest"));
    Set<String> inner = new HashSet<>(shape.manifest.classPath());
    for (Entry entry : table.entries()) {
      if (!entry.isFolder() && inner.contains(entry.name())) {
        shape.readInner(entry.name(), shape.bytes(table, entry, MAX_INNER, "inner jar"));
      } else if (entry != named) {
        shape.readEntry(table, entry);
      }
    }
    return shape;
  }

  /** Returns the manifest. */
  BundleManifest manifest() {
    return manifest;
  }

  /** Returns what its classes, and those of its inner jars, refer to. */
  ClassScan classes() {
    return classes;
  }

  /** Returns whether somebody signed entries inside the jar. */
  boolean holdsSignatures() {
    return names.stream().anyMatch(JarSignature::isSignatureFile);
  }

  /** Returns the names of all entries, folders among them. */
  Set<String> names() {
    return names;
  }

  private void readInner(String name, byte[] jar) throws Refusal {
    try {
      ZipTable table = ZipTable.of(jar);
      Set<String> inside = new HashSet<>();
      for (Entry entry : table.entries()) {
        checkName(entry, inside);
        readEntry(table, entry);
      }
    } catch (Refusal e) {
      throw new Refusal("its inner jar " + name + " is not sound: " + e.getMessage());
    }
  }

  private void readEntry(ZipTable table, Entry entry) throws Refusal {
    if (entry.name().endsWith(".class")) {
      readClass(entry.name(), bytes(table, entry, MAX_CLASS, "class"));
    } else {
      table.unpack(entry, counting(entry));
    }
  }

  private void readClass(String name, byte[] bytes) throws Refusal {
    ClassFile one;
    try {
      one = ClassFile.read(bytes);
    } catch (IOException e) {
      throw new Refusal("its class file " + name + " is damaged");
    }
    int here = Runtime.version().feature();
    if (one.major() > Math.max(here, versionOf(name)) + FIRST_JAVA) {
      throw new Refusal(
          "its class "
              + one.name().replace('/', '.')
              + " needs Java "
              + (one.major() - FIRST_JAVA)
              + ", and this is Java "
              + here);
    }
    classes.add(one);
  }

  private byte[] bytes(ZipTable table, Entry entry, int most, String kind) throws Refusal {
    if (entry.size() > most) {
      throw new Refusal("its " + kind + " " + entry.name() + " is too large");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(entry.size());
    ZipTable.Sink counting = counting(entry);
    table.unpack(
        entry,
        (buffer, length) -> {
          counting.take(buffer, length);
          all.write(buffer, 0, length);
        });
    return all.toByteArray();
  }

  /** Counts what comes out, and stops a bomb while it goes off. */
  private ZipTable.Sink counting(Entry entry) {
    long[] count = {0};
    return (buffer, length) -> {
      count[0] += length;
      unpacked += length;
      if (unpacked > MAX_UNPACKED) {
        throw new Refusal("it unpacks to more than " + (MAX_UNPACKED >> 20) + " MiB");
      }
      if (count[0] > ANY_RATIO && count[0] / MAX_RATIO > entry.packed()) {
        throw new Refusal(
            "its entry " + entry.name() + " unpacks to over " + MAX_RATIO + " times its size");
      }
    };
  }

  private static void checkName(Entry entry, Set<String> seen) throws Refusal {
    String name = entry.name();
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    if (name.isEmpty() || name.length() > MAX_NAME || !name.equals(printable)) {
      String shown = printable.substring(0, Math.min(printable.length(), MAX_SHOWN));
      throw new Refusal("the name of its entry \"" + shown + "\" is not one of a file");
    }
    String bare = entry.isFolder() ? name.substring(0, name.length() - 1) : name;
    boolean leaves =
        name.startsWith("/")
            || name.indexOf('\\') >= 0
            || name.matches("[A-Za-z]:.*")
            || List.of(bare.split("/", -1)).stream().anyMatch(Set.of("", ".", "..")::contains);
    if (leaves) {
      throw new Refusal("the name of its entry " + name + " leads out of the jar");
    }
    boolean there = !seen.add(name) && !entry.isFolder();
    if (there || seen.contains(entry.isFolder() ? bare : name + "/")) {
      throw new Refusal("it has the entry " + name + " twice");
    }
    if (entry.isFolder() && entry.size() != 0) {
      throw new Refusal("its folder " + name + " holds bytes of its own");
    }
    if (name.equalsIgnoreCase(MANIFEST) && !name.equals(MANIFEST)) {
      throw new Refusal("it has the entry " + name + " beside or in place of its manifest");
    }
  }

  /** Returns the Java under whose number a class lies, else 0. */
  private static int versionOf(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    return versioned.matches() && versioned.group(1).matches(NUMBER)
        ? Integer.parseInt(versioned.group(1))
        : 0;
  }

  /** Folders of other Javas' versions hold classes and resources only, each under its number. */
  private static void checkVersioned(String name) throws Refusal {
    Matcher versioned = VERSIONED.matcher(name);
    if (!versioned.matches() || versioned.group(1).isEmpty()) {
      return;
    }
    String below = Optional.ofNullable(versioned.group(3)).orElse("");
    if (!versioned.group(1).matches(NUMBER)
        || below.toUpperCase(Locale.ROOT).startsWith("META-INF")
        || below.toUpperCase(Locale.ROOT).startsWith("OSGI-INF/MANIFEST")) {
      throw new Refusal("its entry " + name + " is none that a version of Java may bring");
    }
  }
}
