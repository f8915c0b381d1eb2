package dev.triptych.host.bundles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/** Who a jar says it is. */
record BundleId(String name, String version) {
  static BundleId of(Path jar, Path named) throws IOException {
    Manifest manifest;
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      manifest = file.getManifest();
    } catch (ZipException e) {
      throw new IllegalArgumentException(named + " is not a jar file, or is cut off", e);
    }
    String name =
        manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
    if (name == null) {
      throw new IllegalArgumentException(
          named + " is not a plugin: it has no Bundle-SymbolicName in its manifest");
    }
    String version = manifest.getMainAttributes().getValue("Bundle-Version");
    return new BundleId(name.split(";")[0].strip(), version == null ? "0.0.0" : version.strip());
  }
}
