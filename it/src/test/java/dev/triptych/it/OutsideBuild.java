package dev.triptych.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Builds Maven projects that know nothing of this build but its packed jars, such as {@code
 * it/outside}.
 *
 * <p>They lie in the distribution's repository, as an author gets them, beside Maven's own local
 * repository, which serves the plugins: no network. Nothing is written into the user's repository.
 */
final class OutsideBuild {
  private static final Path BASE = Path.of("target", "outside").toAbsolutePath();
  private static final int MINUTES = 5;
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private OutsideBuild() {}

  /** Packages the plugin in the version given, running its contract test if asked to. */
  static Path plugin(String version, boolean tests) throws Exception {
    Path project = BASE.resolve("project-" + version);
    delete(project);
    copy(Path.of("outside"), project);
    run(project, version, tests);
    return project.resolve("target/triptych-bigram-" + version + ".jar");
  }

  /** Runs {@code mvn package} in a folder. */
  static void run(Path project, String version, boolean tests) throws Exception {
    maven(
        project,
        List.of(
            "-q",
            "-Dtriptych.sdk=" + sdk().toUri(),
            "-Drevision=" + version,
            tests ? "-DskipTests=false" : "-Dmaven.test.skip=true",
            "package"));
  }

  /** Runs Maven in a folder, with plugins from the local repository that this build uses. */
  static void maven(Path folder, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(mavenHome().resolve(Path.of("bin", WINDOWS ? "mvn.cmd" : "mvn")).toString());
    command.add("-B");
    command.addAll(options());
    command.addAll(arguments);
    Path log = BASE.resolve("build.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process maven = builder.start();
    if (!maven.waitFor(MINUTES, TimeUnit.MINUTES)) {
      maven.destroyForcibly();
      throw new AssertionError("Maven did not end within " + MINUTES + " minutes: " + log);
    }
    if (maven.exitValue() != 0) {
      throw new AssertionError(
          String.join(" ", arguments) + " failed:\n" + Files.readString(log, UTF_8));
    }
  }

  /** Returns what keeps Maven off the network and off the user's repository. */
  static List<String> options() throws IOException {
    Files.createDirectories(BASE);
    Path settings =
        Files.writeString(
            BASE.resolve("settings.xml"),
            "<settings><mirrors><mirror><id>already-here</id><mirrorOf>central</mirrorOf><url>"
                + Path.of(needed("maven.local")).toUri()
                + "</url></mirror></mirrors></settings>");
    return List.of("-s", settings.toString(), "-Dmaven.repo.local=" + BASE.resolve("repository"));
  }

  /** Returns where the Maven is that runs this build. */
  static Path mavenHome() {
    return Path.of(needed("maven.home"));
  }

  /** Returns the repository for authors that the distribution has, as if it were new. */
  private static Path sdk() throws IOException {
    Path sdk = Path.of("..", "distribution", "target", "repository").toAbsolutePath().normalize();
    if (!Files.isDirectory(sdk)) {
      throw new AssertionError(sdk + " is not there: run mvn verify, with -am if for it alone");
    }
    forget();
    return sdk;
  }

  /** Forgets what was read of Triptych's own, so that it is read anew. */
  static void forget() throws IOException {
    delete(BASE.resolve("repository/dev/triptych"));
  }

  static String needed(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new AssertionError("it/pom.xml must give the tests the property " + property);
    }
    return value;
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.filter(p -> !p.startsWith(from.resolve("target"))).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(Files.isDirectory(path) ? target : target.getParent());
        if (Files.isRegularFile(path)) {
          Files.copy(path, target);
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
