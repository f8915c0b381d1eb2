package dev.triptych.testkit.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Generator;
import dev.triptych.testkit.samples.Refrain;
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

/**
 * Writes plugins with one fault each, and a sound one to stand beside them, as bundles.
 *
 * <p>Example: {@code Path jar = FaultyPlugin.write(PluginFault.HANGS, folder)}. Each has the
 * symbolic name {@link #NAME}, the version 1.0.0 and the generator {@link #ID}.
 */
public final class FaultyPlugin {
  /** The symbolic name of every faulty bundle. */
  public static final String NAME = "dev.triptych.testkit.faulty";

  /** The id of their generator, but of {@link PluginFault#DUPLICATE_ID}. */
  public static final String ID = FaultyGenerator.ID;

  /** The symbolic name of the sound bundle. */
  public static final String SOUND_NAME = "dev.triptych.testkit.sound";

  /** The id of the sound bundle's generator, {@link Refrain}. */
  public static final String SOUND_ID = "sample.refrain";

  private static final String COMPONENT = "OSGI-INF/generator.xml";

  private FaultyPlugin() {}

  /** Writes the bundle with a fault into a folder and returns it. */
  public static Path write(PluginFault fault, Path folder) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(FaultyGenerator.FAULT.substring(1), fault.name().getBytes(UTF_8));
    entries.put(FaultyGenerator.MODEL + "/ink.txt", "blue\n".getBytes(UTF_8));
    add(PluginFault.class, entries);
    String reference =
        fault == PluginFault.UNSATISFIED_REFERENCE
            ? "<reference name=\"clock\" interface=\"java.time.Clock\"/>"
            : "";
    String imports = fault == PluginFault.MISSES_IMPORT ? ",org.elsewhere;version=\"[2.1,3)\"" : "";
    return write(NAME, FaultyGenerator.class, reference, imports, entries, folder);
  }

  /** Writes the sound bundle into a folder and returns it. */
  public static Path writeSound(Path folder) throws IOException {
    return write(SOUND_NAME, Refrain.class, "", "", new LinkedHashMap<>(), folder);
  }

  private static Path write(
      String name,
      Class<? extends Generator> component,
      String reference,
      String imports,
      Map<String, byte[]> entries,
      Path folder)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", name);
    main.putValue("Bundle-Version", "1.0.0");
    main.putValue(
        "Import-Package",
        "dev.triptych.api;version=\"[1.0,2)\",dev.triptych.api.ext;version=\"[1.0,2)\"" + imports);
    main.putValue("Service-Component", COMPONENT);
    if (component == FaultyGenerator.class) {
      main.putValue("Triptych-Capabilities", "models"); // it leases one
    }
    entries.put(COMPONENT, xml(component, reference).getBytes(UTF_8));
    add(component, entries);
    Path jar = Files.createDirectories(folder).resolve(name + "-1.0.0.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static String xml(Class<?> component, String reference) {
    String activate = component == FaultyGenerator.class ? " activate=\"activate\"" : "";
    return "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\""
        + component.getName()
        + "\""
        + activate
        + "><implementation class=\""
        + component.getName()
        + "\"/><service><provide interface=\""
        + Generator.class.getName()
        + "\"/></service>"
        + reference
        + "</scr:component>";
  }

  /** Adds a class with its inner classes, and those that the compiler made for its switches. */
  private static void add(Class<?> type, Map<String, byte[]> entries) throws IOException {
    String path = type.getName().replace('.', '/');
    entries.put(path + ".class", bytes(type, path + ".class"));
    for (Class<?> inner : type.getDeclaredClasses()) {
      add(inner, entries);
    }
    for (int i = 1; type.getClassLoader().getResource(path + "$" + i + ".class") != null; i++) {
      String made = path + "$" + i + ".class";
      entries.put(made, bytes(type, made));
    }
  }

  private static byte[] bytes(Class<?> type, String path) throws IOException {
    try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
      return in.readAllBytes();
    }
  }
}
