package dev.triptych.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two plugins with two versions of one library: one in its own root, one in an inner jar. */
class PrivateLibraryTest {
  @TempDir private Path temp;

  @Test
  void twoVersionsOfOneLibraryWorkSideBySide() throws Exception {
    Path inRoot = plugin("first", "1.0", false);
    Path inInnerJar = plugin("second", "2.0", true);
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of());
    try (Host host = Host.start(options.withoutNatives())) {
      host.plugins().install(inRoot, true);
      host.plugins().install(inInnerJar, true);
      assertEquals("library 1.0\n", work(host, "example.first"));
      assertEquals("library 2.0\n", work(host, "example.second"));
      assertEquals("library 1.0\n", work(host, "example.first"));
    }
  }

  private static String work(Host host, String generator) throws Exception {
    Request request = Request.of("rain", Plan.of(Map.of()), 7);
    Outcome outcome =
        host.jobs().run(List.of(Order.of(generator, request)), (id, done, phase) -> {}).get(0);
    assertTrue(outcome.succeeded(), () -> outcome.failure().toString());
    return Files.readString(outcome.works().get(0).path());
  }

  /** Compiles a library of a version and a plugin that asks for the version, and packs them. */
  private Path plugin(String name, String version, boolean inner) throws Exception {
    Path classes = Files.createDirectories(temp.resolve(name));
    compile(
        classes,
        Map.of(
            "org.example.library.Library",
            "package org.example.library;\npublic class Library {\n"
                + "  public static String version() { return \""
                + version
                + "\"; }\n}\n",
            "org.example.Asking",
            """
            package org.example;
            import dev.triptych.api.*;
            public class Asking implements Generator {
              public Descriptor descriptor() {
                return Descriptor.of("example.%s", Phrase.of("Asks", "问"), "text/plain");
              }
              public void generate(Request request, Job job) throws Exception {
                try (Draft text = job.draft("text/plain")) {
                  text.append("library " + org.example.library.Library.version() + "\\n");
                  text.commit();
                }
              }
            }
            """
                .formatted(name)));
    Path library = classes.resolve("org/example/library/Library.class");
    Path packed = temp.resolve(name + "-library.jar");
    try (OutputStream out = Files.newOutputStream(packed);
        JarOutputStream zip = new JarOutputStream(out, manifest(Map.of()))) {
      put(zip, "org/example/library/Library.class", Files.readAllBytes(library));
    }
    Path jar = temp.resolve(name + ".jar");
    Map<String, String> headers =
        Map.of(
            "Bundle-ManifestVersion", "2",
            "Bundle-SymbolicName", "org.example." + name,
            "Bundle-Version", "1.0.0",
            "Bundle-ClassPath", inner ? ".,lib/library.jar" : ".",
            "Import-Package", "dev.triptych.api;version=\"[1.0,2)\"",
            "Service-Component", "OSGI-INF/asking.xml");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out, manifest(headers))) {
      put(zip, "OSGI-INF/asking.xml", COMPONENT.getBytes(UTF_8));
      put(
          zip,
          "org/example/Asking.class",
          Files.readAllBytes(classes.resolve("org/example/Asking.class")));
      put(
          zip,
          inner ? "lib/library.jar" : "org/example/library/Library.class",
          Files.readAllBytes(inner ? packed : library));
    }
    return jar;
  }

  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="asking">
        <implementation class="org.example.Asking"/>
        <service><provide interface="dev.triptych.api.Generator"/></service>
      </scr:component>
      """;

  private static void compile(Path classes, Map<String, String> sources) throws Exception {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    List<SimpleJavaFileObject> files =
        sources.entrySet().stream()
            .map(one -> (SimpleJavaFileObject) new Source(one.getKey(), one.getValue()))
            .toList();
    String path = ApiBaseline.place(dev.triptych.api.Generator.class).toString();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", path, "--release", "17", "-proc:none");
    assertTrue(javac.getTask(null, null, null, options, null, files).call());
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreErrors) {
      return text;
    }
  }

  private static Manifest manifest(Map<String, String> headers) {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    return manifest;
  }

  private static void put(JarOutputStream zip, String name, byte[] bytes) throws Exception {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
