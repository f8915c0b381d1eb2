package dev.triptych.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A bundle with one generator, as bnd would write it, made of classes of this test tree. */
public final class BundleJar {
  private final String symbolicName;
  private final Class<?> component;
  private String version = "1.0.0";
  private String imports =
      "dev.triptych.api;version=\"[1.0,2)\",dev.triptych.api.ext;version=\"[1.0,2)\"";
  private String exports = "";
  private String reference = "";
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  private BundleJar(String symbolicName, Class<?> component) {
    this.symbolicName = symbolicName;
    this.component = component;
  }

  public static BundleJar of(String symbolicName, Class<?> component) {
    return new BundleJar(symbolicName, component);
  }

  public BundleJar version(String other) {
    version = other;
    return this;
  }

  public BundleJar imports(String more) {
    imports += "," + more;
    return this;
  }

  public BundleJar header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Exports packages, such as one that it holds only a text of. */
  public BundleJar exports(String clauses) {
    exports = clauses;
    return this;
  }

  /** Lets the component wait for a service. */
  public BundleJar waitsFor(String service) {
    reference = "<reference name=\"needed\" interface=\"" + service + "\"/>";
    return this;
  }

  public BundleJar entry(String name, String text) {
    entries.put(name, text.getBytes(UTF_8));
    return this;
  }

  public Path write(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", symbolicName);
    main.putValue("Bundle-Version", version);
    main.putValue("Import-Package", imports);
    if (!exports.isEmpty()) {
      main.putValue("Export-Package", exports);
    }
    main.putValue("Triptych-Capabilities", "files, models"); // some of the samples use them
    headers.forEach(main::putValue);
    main.putValue("Service-Component", "OSGI-INF/generator.xml");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out, manifest)) {
      put(zip, "OSGI-INF/generator.xml", xml());
      put(zip, path(component), bytes(component));
      for (Class<?> inner : component.getDeclaredClasses()) {
        put(zip, path(inner), bytes(inner));
      }
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    return jar;
  }

  private byte[] xml() {
    return ("<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\""
            + component.getName()
            + "\"><implementation class=\""
            + component.getName()
            + "\"/><service><provide interface=\"dev.triptych.api.Generator\"/></service>"
            + reference
            + "</scr:component>")
        .getBytes(UTF_8);
  }

  private static String path(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    try (InputStream in = type.getClassLoader().getResourceAsStream(path(type))) {
      return in.readAllBytes();
    }
  }

  private static void put(JarOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
