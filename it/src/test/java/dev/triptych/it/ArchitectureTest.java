package dev.triptych.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the arrows between the rooms, and shows that each rule can fail. */
class ArchitectureTest {
  private static final int RECIPE_LINES = 200;

  private static JavaClasses product;
  private static JavaClasses broken;

  @BeforeAll
  static void read() {
    JavaClasses all = new ClassFileImporter().importPackages("dev.triptych");
    product = all.that(describe("product", c -> !place(c).contains("/test-classes/")));
    broken = all.that(describe("broken", c -> c.getPackageName().endsWith(".broken")));
  }

  private static String place(JavaClass type) {
    return type.getSource().map(source -> source.getUri().toString()).orElse("");
  }

  private static List<ArchRule> rules() {
    List<ArchRule> rules = new ArrayList<>();
    Rules.ARROWS.keySet().forEach(room -> rules.add(Rules.arrowsOf(room)));
    rules.addAll(
        List.of(
            Rules.NO_PACKAGE_CYCLES,
            Rules.API_IS_PURE,
            Rules.API_INTERFACES_SAY_WHO_IMPLEMENTS_THEM,
            Rules.RECIPES_SEE_NO_DJL,
            Rules.NOBODY_PRINTS,
            Rules.NAMES_SAY_SOMETHING,
            Rules.NO_STATIC_STATE));
    return rules;
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return rules().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(product)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleCanFail() {
    return rules().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getDescription(),
                    () -> assertTrue(rule.evaluate(broken).hasViolation(), "nothing breaks it")));
  }

  @Test
  void aPackageLiesInOneJar() {
    Rules.oneJarAPackage().check(product);
  }

  @Test
  void aPackageInTwoJarsIsFound() {
    JavaClasses split =
        new ClassFileImporter()
            .importPackages("dev.triptych.it", "dev.triptych.api")
            .that(
                describe(
                    "one class or the other",
                    c ->
                        c.getSimpleName().equals("SplitPackage")
                            || c.getSimpleName().equals("Plan")));
    assertTrue(Rules.oneJarAPackage().evaluate(split).hasViolation());
  }

  @Test
  void everyRoomIsRead() {
    TreeSet<String> rooms = new TreeSet<>();
    product.forEach(c -> rooms.add(c.getPackageName().split("\\.")[2]));
    assertEquals(new TreeSet<>(Rules.ARROWS.keySet()), rooms, "rooms on the class path");
  }

  @Test
  void recipesAreShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    int seen = 0;
    for (String room : List.of("plugins-text", "plugins-music", "plugins-image")) {
      try (Stream<Path> walk = Files.walk(Path.of("..", room, "src", "main", "java"))) {
        for (Path file : walk.filter(path -> path.toString().endsWith("Generator.java")).toList()) {
          seen++;
          int lines = Files.readAllLines(file).size();
          if (lines > RECIPE_LINES) {
            tooLong.add(file + " has " + lines);
          }
        }
      }
    }
    assertTrue(seen >= 3, "a recipe in each plugin");
    assertEquals(
        List.of(), tooLong, "a recipe is read top to bottom: move what is not its story elsewhere");
  }
}
