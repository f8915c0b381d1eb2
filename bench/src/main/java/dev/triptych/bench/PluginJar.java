package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Packs a generator of this class path into a plugin, as bnd would. */
final class PluginJar {
  private static final String IMPORTS =
      "dev.triptych.api;version=\"[1.0,2)\",ai.djl.ndarray,ai.djl.ndarray.types,ai.djl.util,ai.djl";

  private PluginJar() {}

  /** Writes a jar with a generator and the classes that it brings. */
  static Path write(Path jar, String id, String version, Class<?> generator, Class<?>... brought)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", id);
    main.putValue("Bundle-Version", version);
    main.putValue("Import-Package", IMPORTS);
    main.putValue("Service-Component", "OSGI-INF/generator.xml");
    main.putValue("Triptych-Capabilities", "files,models");
    try (JarOutputStream zip = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      put(
          zip,
          "OSGI-INF/generator.xml",
          ("<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\""
                  + generator.getName()
                  + "\"><implementation class=\""
                  + generator.getName()
                  + "\"/><service><provide interface=\"dev.triptych.api.Generator\"/></service>"
                  + "</scr:component>")
              .getBytes(UTF_8));
      put(zip, "models/scale/scale.txt", "0.5\n1.5\n2.0\n".getBytes(UTF_8));
      put(zip, generator);
      for (Class<?> type : List.of(brought)) {
        put(zip, type);
      }
    }
    return jar;
  }

  private static void put(JarOutputStream zip, Class<?> type) throws IOException {
    String path = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
      put(zip, path, in.readAllBytes());
    }
  }

  private static void put(JarOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
