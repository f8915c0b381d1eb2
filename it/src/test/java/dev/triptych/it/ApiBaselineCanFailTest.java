package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.osgi.Builder;
import dev.triptych.api.Generator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes the API's sources, builds them, and sees the baseline refuse what plugins would feel. */
class ApiBaselineCanFailTest {
  private static final Path SOURCES = Path.of("..", "api", "src", "main", "java");
  private static final String JOB = "dev/triptych/api/Job.java";
  private static final String PACKAGE = "dev/triptych/api/package-info.java";

  @TempDir static Path temp;
  private static Path agreed;
  private static int count;

  @BeforeAll
  static void agree() throws Exception {
    agreed = build("agreed");
  }

  @Test
  void theSameApiPasses() throws Exception {
    assertEquals(List.of(), mismatches());
  }

  @Test
  void aMethodRemovedIsFound() throws Exception {
    String sentence = mismatches("dev/triptych/api/Lease.java", "String device();", "").get(0);
    assertTrue(sentence.startsWith("package dev.triptych.api has a major change"), sentence);
    assertTrue(sentence.contains("device"), sentence);
    assertTrue(sentence.contains("\"2.0.0\""), sentence);
  }

  @Test
  void anAbstractMethodForPluginsToImplementIsFound() throws Exception {
    String sentence =
        mismatches(
                "dev/triptych/api/Generator.java",
                "Descriptor descriptor();",
                "Descriptor descriptor(); int cost();")
            .get(0);
    assertTrue(sentence.contains("major change"), sentence);
    assertTrue(sentence.contains("cost"), sentence);
  }

  @Test
  void aMethodOfTheHostIsMinorAndNeedsItsVersion() throws Exception {
    String[] added = {JOB, "Draft draft(String mediaType);", "Draft draft(String t); int left();"};
    String sentence = mismatches(added).get(0);
    assertTrue(sentence.contains("minor change"), sentence);
    assertTrue(sentence.contains("\"1.2.0\""), sentence);
    assertEquals(
        List.of(), mismatches(added[0], added[1], added[2], PACKAGE, "\"1.1.0\"", "\"1.2.0\""));
  }

  @Test
  void withoutABaselineItFails() {
    AssertionError e =
        assertThrows(
            AssertionError.class,
            () ->
                ApiBaseline.mismatches(
                    temp.resolve("none.jar"), ApiBaseline.place(Generator.class)));
    assertTrue(e.getMessage().contains("mvn -q -DskipTests -pl api"), e.getMessage());
  }

  /**
   * Builds the API with changes (file, text, replacement) and compares it with the API as it is.
   */
  private List<String> mismatches(String... changes) throws Exception {
    return ApiBaseline.mismatches(agreed, build("changed" + count++, changes));
  }

  private static Path build(String name, String... changes) throws Exception {
    Path sources = temp.resolve(name + "-src");
    List<String> arguments = new ArrayList<>(List.of("-nowarn", "-d", temp.resolve(name) + ""));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), "-proc:none"));
    try (Stream<Path> walk = Files.walk(SOURCES)) {
      for (Path source : walk.filter(Files::isRegularFile).toList()) {
        String file = SOURCES.relativize(source).toString();
        String text = Files.readString(source);
        for (int i = 0; i < changes.length; i += 3) {
          if (changes[i].equals(file)) {
            assertTrue(text.contains(changes[i + 1]), file + " lacks " + changes[i + 1]);
            text = text.replace(changes[i + 1], changes[i + 2]);
          }
        }
        Path target = sources.resolve(file);
        Files.createDirectories(target.getParent());
        arguments.add(Files.writeString(target, text).toString());
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)));
    try (Builder builder = new Builder()) {
      builder.addClasspath(temp.resolve(name).toFile());
      builder.setProperty("-includepackage", "dev.triptych.api.*");
      builder.setProperty("Bundle-SymbolicName", "dev.triptych.api");
      builder.build().write(temp.resolve(name + ".jar").toFile());
      return temp.resolve(name + ".jar");
    }
  }
}
