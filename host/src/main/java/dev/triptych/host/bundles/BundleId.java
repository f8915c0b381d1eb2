package dev.triptych.host.bundles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/** Who a jar says it is. */
record BundleId(String name, String version) {
  private static final String NAME = "[A-Za-z0-9_.-]{1,200}";

  /**
   * Reads the manifest of a jar.
   *
   * @param called what the user calls the jar
   * @throws IllegalArgumentException if it is no jar, or no bundle
   */
  static BundleId of(Path jar, String called) throws IOException {
    Manifest manifest;
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      manifest = file.getManifest();
    } catch (ZipException e) {
      throw new IllegalArgumentException(called + " is not a jar file, or is cut off", e);
    }
    String header =
        manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
    String name = header == null ? "" : header.split(";", 2)[0].strip();
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          called + " is not a plugin: it has no Bundle-SymbolicName in its manifest");
    }
    String version = manifest.getMainAttributes().getValue("Bundle-Version");
    return new BundleId(name, version == null ? "0.0.0" : version.strip());
  }
}
