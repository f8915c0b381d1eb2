package dev.triptych.host.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Manifest;

/**
 * The manifest of a plugin: that of a bundle which every reader understands alike.
 *
 * @param manifest as Java reads it
 * @param bytes as they are in the jar
 */
record BundleManifest(Manifest manifest, byte[] bytes) {
  private static final int MAX_MAIN = 256 << 10;

  /**
   * Reads the manifest of a bundle.
   *
   * @throws Refusal if it is not one that makes a plugin
   */
  static BundleManifest read(byte[] bytes) throws Refusal {
    checkMain(bytes);
    Manifest manifest;
    try {
      manifest = new Manifest(new ByteArrayInputStream(bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal("its manifest is damaged");
    }
    BundleManifest read = new BundleManifest(manifest, bytes);
    if (read.header("Bundle-SymbolicName").isEmpty()) {
      throw new Refusal("it has no Bundle-SymbolicName in its manifest, so it is no plugin");
    }
    if (!read.header("Bundle-SymbolicName").get().matches("\\s*[\\w.-]{1,200}\\s*(;.*)?")) {
      throw new Refusal("its Bundle-SymbolicName is not made of letters, digits, ., - and _");
    }
    if (!read.header("Bundle-ManifestVersion").equals(Optional.of("2"))) {
      throw new Refusal("its manifest does not say Bundle-ManifestVersion: 2");
    }
    if (read.header("Fragment-Host").isPresent()) {
      throw new Refusal("it is a fragment of another bundle, which no plugin may be");
    }
    return read;
  }

  /** Returns a main header. */
  Optional<String> header(String name) {
    return Optional.ofNullable(manifest.getMainAttributes().getValue(name)).map(String::strip);
  }

  /** Returns the inner jars and folders of which its classes are loaded, besides its own root. */
  List<String> classPath() {
    List<String> all = new ArrayList<>();
    for (String clause : header("Bundle-ClassPath").orElse(".").split(",")) {
      for (String path : clause.split(";")) {
        String name = path.strip().replaceFirst("^/", "");
        if (!name.isEmpty() && !name.equals(".") && !name.contains("=")) {
          all.add(name);
        }
      }
    }
    return all;
  }

  /** No main header may be there twice, for readers differ in which they take. */
  private static void checkMain(byte[] bytes) throws Refusal {
    Set<String> names = new HashSet<>();
    int length = 0;
    for (String line : new String(bytes, UTF_8).split("\r\n|\r|\n", -1)) {
      if (line.isEmpty()) {
        break;
      }
      length += line.length();
      int colon = line.indexOf(':');
      if (!line.startsWith(" ")) {
        if (colon < 1) {
          throw new Refusal("its manifest is damaged");
        }
        if (!names.add(line.substring(0, colon).toLowerCase(Locale.ROOT))) {
          throw new Refusal("its manifest has the header " + line.substring(0, colon) + " twice");
        }
      }
    }
    if (length > MAX_MAIN) {
      throw new Refusal("its manifest is too large");
    }
    if (!names.contains("manifest-version")) {
      throw new Refusal("its manifest is damaged");
    }
  }
}
