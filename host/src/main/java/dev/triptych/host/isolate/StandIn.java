package dev.triptych.host.isolate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle without classes that has the name and version of a plugin. */
final class StandIn {
  private static final List<String> COPIED =
      List.of("Bundle-ManifestVersion", "Bundle-SymbolicName", "Bundle-Version", "Bundle-Name");

  private StandIn() {}

  /** Returns the jar of the bundle that stands in for a plugin. */
  static byte[] of(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (JarFile plugin = new JarFile(jar.toFile(), false)) {
      Attributes own = plugin.getManifest().getMainAttributes();
      for (String name : COPIED) {
        if (own.getValue(name) != null) {
          manifest.getMainAttributes().putValue(name, own.getValue(name));
        }
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    return bytes.toByteArray();
  }
}
