package dev.triptych.bench.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The plugin that hostile ones are made of: its entries, packed and unpacked. */
final class GoodPlugin {
  static final String MANIFEST = "META-INF/MANIFEST.MF";
  static final String COMPONENT = "OSGI-INF/generator.xml";
  static final String CLASS = Doorbell.class.getName().replace('.', '/') + ".class";

  private GoodPlugin() {}

  /** Returns the entries of the good plugin, with more headers. */
  static Map<String, byte[]> parts(String moreHeaders) {
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

  static byte[] jar(Map<String, byte[]> parts) throws IOException {
    ZipBytes zip = new ZipBytes();
    parts.forEach(zip::add);
    return zip.bytes();
  }

  static Map<String, byte[]> unpack(byte[] jar) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        parts.put(entry.getName(), in.readAllBytes());
      }
    }
    return parts;
  }

  static byte[] bytesOf(Class<?> type) {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
