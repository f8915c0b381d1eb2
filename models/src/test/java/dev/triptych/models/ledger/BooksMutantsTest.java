package dev.triptych.models.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Takes one check after another out of {@link Books}; some scenario must notice each. */
class BooksMutantsTest {
  private static final Path SOURCE = Path.of("src/main/java/dev/triptych/models/ledger/Books.java");
  private static final int SCENARIOS = 20_000;

  /** One check, and what stands in its place. */
  private record Mutant(String check, String without) {
    @Override
    public String toString() {
      return check.replace("\n", " ").replaceAll(" +", " ");
    }
  }

  static Stream<Mutant> mutants() {
    return Stream.of(
        new Mutant("holding.idle()\n        && !holding.pinned", "!holding.pinned"),
        new Mutant("&& !holding.pinned", ""),
        new Mutant("t.place.models().containsKey(holding.key));\n  }", "false);\n  }"),
        new Mutant("if (missing <= 0) {\n      return true;", "if (true) {\n      return true;"),
        new Mutant("sum += ticket.place.run();", ""),
        new Mutant("sum += one.getValue();", ""),
        new Mutant("if (running.stream().filter(one -> one.slot).count() >= slots)", "if (false)"),
        new Mutant("its.size() >= quota.running", "false"),
        new Mutant("one.overtaken >= MAX_OVERTAKEN", "one.overtaken > MAX_OVERTAKEN + 3"),
        new Mutant("passed.forEach(one -> one.overtaken++);", ""),
        new Mutant("if (nobodyMoves)", "if (false)"),
        new Mutant("needed += holding.bytes;", ""),
        new Mutant("if (grew && missing > 0)", "if (false)"),
        new Mutant("holding.leaving && holding.idle()", "holding.leaving"),
        new Mutant("announced && committed(device) <= budget(device)", "announced"),
        new Mutant("running.remove(ticket);\n    ticket.growth", "ticket.growth"),
        new Mutant("holding.bytes = bytes;\n    long", "long"));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void noCheckCanBeLeftOut(Mutant mutant, @TempDir Path temp) throws Exception {
    String source = Files.readString(SOURCE, UTF_8);
    assertEquals(2, source.split(Pattern.quote(mutant.check), -1).length);
    compile(source.replace(mutant.check, mutant.without), temp);
    assertTrue(noticed(new Mutated(temp)), "no scenario of " + SCENARIOS + " notices");
  }

  private static boolean noticed(ClassLoader loader) throws Exception {
    Class<?> scenario = loader.loadClass(Scenario.class.getName());
    var of = scenario.getDeclaredMethod("of", long.class);
    var violation = scenario.getDeclaredMethod("violation");
    of.setAccessible(true);
    violation.setAccessible(true);
    for (long seed = 1; seed <= SCENARIOS; seed++) {
      Object found = violation.invoke(of.invoke(null, seed));
      if (!found.equals(Optional.empty())) {
        return true;
      }
    }
    return false;
  }

  private static void compile(String source, Path out) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      files.setLocation(StandardLocation.CLASS_OUTPUT, List.of(out.toFile()));
      JavaFileObject file =
          new SimpleJavaFileObject(URI.create("string:///Books.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignore) {
              return source;
            }
          };
      boolean compiled =
          compiler.getTask(said, files, null, List.of("-proc:none"), null, List.of(file)).call();
      assertTrue(compiled, said.toString());
    }
  }

  /** Loads the classes of this package anew, the books from another place. */
  private static final class Mutated extends ClassLoader {
    private final Map<String, byte[]> books;

    Mutated(Path folder) throws IOException {
      super(BooksMutantsTest.class.getClassLoader());
      try (Stream<Path> walk = Files.walk(folder)) {
        books =
            walk.filter(path -> path.toString().endsWith(".class"))
                .collect(
                    Collectors.toMap(
                        path ->
                            Books.class.getPackageName()
                                + "."
                                + path.getFileName().toString().replace(".class", ""),
                        Mutated::read));
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Books.class.getPackageName() + ".")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null) {
          byte[] bytes = books.containsKey(name) ? books.get(name) : original(name);
          loaded = defineClass(name, bytes, 0, bytes.length);
        }
        return loaded;
      }
    }

    private byte[] original(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        return in.readAllBytes();
      } catch (IOException | NullPointerException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    private static byte[] read(Path path) {
      try {
        return Files.readAllBytes(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
