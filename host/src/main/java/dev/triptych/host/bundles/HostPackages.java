package dev.triptych.host.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lies on the host's class path: the packages that bundles may import, and bundles to install.
 *
 * <p>Packages come from the {@code Export-Package} header of Triptych's own jars, slf4j,
 * TwelveMonkeys and what Declarative Services and the host share. DJL's jars are not bundles: their
 * packages are found by their classes and take the jar's version. Jackson, SQLite and picocli stay
 * the host's own.
 */
final class HostPackages {
  private static final Pattern EXPORTED =
      Pattern.compile(
          "(dev\\.triptych\\.(api|models)|org\\.slf4j|com\\.twelvemonkeys"
              + "|org\\.osgi\\.service\\.component|org\\.osgi\\.util\\.(promise|function))(\\..*)?");

  /** A clause of Export-Package: the package and its attributes, of which some are quoted. */
  private static final Pattern CLAUSE =
      Pattern.compile("([\\w.]+)((?:;\\s*[\\w:.-]+\\s*=\\s*(?:\"[^\"]*\"|[^;,]*))*)\\s*(?:,|$)");

  private static final Pattern VERSION = Pattern.compile(";\\s*version\\s*=\\s*\"?([^\";,]+)\"?");
  private static final Pattern FILE_VERSION =
      Pattern.compile(".*?-(\\d+(?:\\.\\d+){0,2})[^/]*\\.jar");
  private static final String DJL = "ai/djl/";

  private final Map<String, String> versions = new TreeMap<>();
  private final Map<String, Path> bundles = new HashMap<>();

  private HostPackages() {}

  /** Reads the manifests that a class loader sees. */
  static HostPackages of(ClassLoader loader) throws IOException {
    HostPackages found = new HostPackages();
    for (URL url : Collections.list(loader.getResources(JarFile.MANIFEST_NAME))) {
      found.read(url);
    }
    return found;
  }

  /** Returns the value of {@code org.osgi.framework.system.packages.extra}. */
  String extra() {
    List<String> clauses = new ArrayList<>();
    versions.forEach((name, version) -> clauses.add(name + ";version=\"" + version + "\""));
    return String.join(",", clauses);
  }

  /** Returns the packages exported, with their versions. */
  Map<String, String> versions() {
    return Collections.unmodifiableMap(versions);
  }

  /**
   * Returns the jar of a bundle on the class path.
   *
   * @throws IOException if it is not there
   */
  Path bundle(String symbolicName) throws IOException {
    Path jar = bundles.get(symbolicName);
    if (jar == null) {
      throw new IOException("the bundle " + symbolicName + " is missing from the program's lib");
    }
    return jar;
  }

  private void read(URL url) throws IOException {
    Manifest manifest;
    try (InputStream in = url.openStream()) {
      manifest = new Manifest(in);
    }
    String header = manifest.getMainAttributes().getValue("Bundle-SymbolicName");
    Path place = place(url);
    if (place == null) {
      return;
    }
    if (header == null) {
      if (place.getFileName().toString().endsWith(".jar")) {
        readDjl(place);
      }
      return;
    }
    String symbolicName = header.split(";")[0].strip();
    bundles.put(symbolicName, place);
    String exports = manifest.getMainAttributes().getValue("Export-Package");
    Matcher clause = CLAUSE.matcher(exports == null ? "" : exports);
    while (clause.find()) {
      if (EXPORTED.matcher(clause.group(1)).matches()) {
        Matcher version = VERSION.matcher(clause.group(2));
        versions.put(clause.group(1), version.find() ? version.group(1) : "0.0.0");
      }
    }
  }

  private void readDjl(Path jar) throws IOException {
    Matcher name = FILE_VERSION.matcher(jar.getFileName().toString());
    String version = name.matches() ? name.group(1) : "0.0.0";
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      file.stream()
          .map(entry -> entry.getName())
          .filter(entry -> entry.startsWith(DJL) && entry.endsWith(".class"))
          .map(entry -> entry.substring(0, entry.lastIndexOf('/')).replace('/', '.'))
          .distinct()
          .forEach(found -> versions.put(found, version));
    }
  }

  /** Returns the jar, or the folder of classes, that holds a manifest; null if it is neither. */
  private static Path place(URL manifest) throws IOException {
    String text = manifest.toString();
    try {
      if (text.startsWith("jar:file:")) {
        return Path.of(URI.create(text.substring(4, text.indexOf("!/"))));
      }
      return text.startsWith("file:") ? Path.of(manifest.toURI()).getParent().getParent() : null;
    } catch (URISyntaxException e) {
      throw new IOException("the class path entry " + text + " cannot be read", e);
    }
  }
}
