package dev.triptych.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of the house that a machine can check; each message says how to mend it. */
final class Rules {
  private Rules() {}

  private static final String OSGI = "org.osgi.annotation..";

  /** Which rooms a room may see, besides itself. */
  static final Map<String, List<String>> ARROWS =
      new TreeMap<>(
          Map.of(
              "api", List.of(),
              "models", List.of("api"),
              "testkit", List.of("api"),
              "text", List.of("api", "models"),
              "music", List.of("api", "models"),
              "image", List.of("api", "models"),
              "host", List.of("api", "models"),
              // a recipe trains the model of one plugin and shares its vocabulary
              "training", List.of("api", "models", "text", "music", "image")));

  /** A room sees only the rooms that design.md allows it. */
  static ArchRule arrowsOf(String room) {
    List<String> allowed = ARROWS.get(room);
    String[] forbidden =
        ARROWS.keySet().stream()
            .filter(other -> !other.equals(room) && !allowed.contains(other))
            .map(other -> "dev.triptych." + other + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("dev.triptych." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .because(
            "the room "
                + room
                + " may see only "
                + allowed
                + ": move what is shared to models, or ask for it through an interface of api")
        .allowEmptyShould(true); // everyRoomIsRead sees to that
  }

  static final ArchRule NO_PACKAGE_CYCLES =
      slices()
          .matching("dev.triptych.(**)")
          .should()
          .beFreeOfCycles()
          .because("packages of a cycle can only be read together: move the shared class down");

  static final ArchRule API_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.triptych.api..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "dev.triptych.api..",
                      "java.lang..",
                      "java.util..",
                      "java.io..",
                      "java.nio..",
                      "java.math..",
                      "java.time..",
                      OSGI)
                  .or(describe("arrays and primitives", c -> c.isPrimitive() || c.isArray())))
          .because(
              "api holds no DJL, no AWT, no OSGi but its annotations: wrap it in a type of api");

  static final ArchRule API_INTERFACES_SAY_WHO_IMPLEMENTS_THEM =
      classes()
          .that()
          .resideInAPackage("dev.triptych.api..")
          .and()
          .areInterfaces()
          .and()
          .doNotHaveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.osgi.annotation.versioning.ConsumerType")
          .orShould()
          .beAnnotatedWith("org.osgi.annotation.versioning.ProviderType")
          .because("else bnd cannot tell a minor from a major change: annotate it");

  static final ArchRule RECIPES_SEE_NO_DJL =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Generator")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .because("a recipe reads top to bottom in terms of models: put tensors into models");

  static final ArchRule NOBODY_PRINTS =
      noClasses()
          .that(
              describe(
                  "are neither in host.cli, nor in bench, nor in training",
                  type -> !mayPrint(type)))
          .should(accessStandardStreams())
          .because("only commands talk to a terminal: return it, log it by slf4j, or throw");

  static final ArchRule NAMES_SAY_SOMETHING =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.triptych.models.ledger.ModelManager")
          .should()
          .haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl)")
          .orShould()
          .haveNameMatching(".*\\.(common|util|utils|core|impl|misc)\\..*")
          .because("such a name fits everything: name it by what it does in the field's own terms");

  static final ArchRule NO_STATIC_STATE =
      fields()
          .that()
          .areStatic()
          .and()
          .areNotDeclaredIn("dev.triptych.models.Torch") // the one engine of the process
          .should(beConstant())
          .because("static state couples tests, jobs and bundles: give it to an object");

  /** A package lies in one jar. */
  static ArchRule oneJarAPackage() {
    return classes()
        .should(stayInOneJar())
        .because("OSGi gives a package to one bundle: rename the package in one of the jars");
  }

  /** Training is a room of commands: it is never loaded into the host. */
  private static boolean mayPrint(JavaClass type) {
    return List.of("dev.triptych.host.cli", "dev.triptych.bench", "dev.triptych.training").stream()
        .anyMatch(room -> (type.getPackageName() + ".").startsWith(room + "."));
  }

  private static ArchCondition<JavaClass> accessStandardStreams() {
    return new ArchCondition<>("use System.out or System.err") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getFieldAccessesFromSelf().stream()
            .filter(access -> access.getTargetOwner().isEquivalentTo(System.class))
            .filter(access -> Set.of("out", "err").contains(access.getTarget().getName()))
            .forEach(
                access ->
                    events.add(SimpleConditionEvent.satisfied(type, access.getDescription())));
      }
    };
  }

  private static ArchCondition<JavaField> beConstant() {
    Set<String> mutable =
        Set.of(
            "java.util.ArrayList",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.TreeMap",
            "java.util.LinkedHashMap",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.lang.StringBuilder",
            "java.lang.ThreadLocal",
            "java.util.concurrent.ConcurrentHashMap");
    return new ArchCondition<>("be final and of no mutable type") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        String type = field.getRawType().getName();
        boolean bad =
            !field.getModifiers().contains(JavaModifier.FINAL)
                || mutable.contains(type)
                || type.startsWith("java.util.concurrent.atomic.");
        boolean ours = !field.getModifiers().contains(JavaModifier.SYNTHETIC);
        if (bad && ours) {
          events.add(
              SimpleConditionEvent.violated(
                  field, field.getFullName() + " of " + type + " is static and can change"));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> stayInOneJar() {
    Map<String, String> homes = new ConcurrentHashMap<>();
    return new ArchCondition<>("share their package's jar") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getSource()
            .ifPresent(
                source -> {
                  String path = type.getName().replace('.', '/') + ".class";
                  String jar = source.getUri().toString().replace(path, "");
                  String home = homes.computeIfAbsent(type.getPackageName(), p -> jar);
                  if (!home.equals(jar)) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type,
                            "package "
                                + type.getPackageName()
                                + " lies in "
                                + home
                                + " and "
                                + jar));
                  }
                });
      }
    };
  }
}
