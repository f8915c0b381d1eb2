package dev.triptych.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the arrows between the rooms, and shows that each rule can fail. */
class ArchitectureTest {
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
}
