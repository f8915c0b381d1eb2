package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aQute.bnd.osgi.Builder;
import dev.triptych.api.Generator;
import dev.triptych.models.Program;
import dev.triptych.testkit.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Bundles made by bnd of packages of this test tree, as bnd-maven-plugin would make them. */
final class TestBundle {
  private TestBundle() {}

  /**
   * Packs one package, its components found by their annotations and its imports by its classes.
   *
   * @param folder where the jar goes, named like the package
   */
  static Path of(String name, String version, Path folder) throws Exception {
    try (Builder builder = new Builder()) {
      for (Class<?> type :
          List.of(
              TestBundle.class, Generator.class, Program.class, Outcome.class, Component.class)) {
        builder.addClasspath(ApiBaseline.place(type).toFile());
      }
      builder.setProperty("-includepackage", name);
      builder.setProperty("Bundle-SymbolicName", name);
      builder.setProperty("Bundle-Version", version);
      builder.setProperty("Triptych-Capabilities", "files, models"); // some packages use them
      Path jar = Files.createDirectories(folder).resolve(name + "-" + version + ".jar");
      builder.build().write(jar.toFile());
      assertEquals(List.of(), builder.getErrors());
      return jar;
    }
  }
}
