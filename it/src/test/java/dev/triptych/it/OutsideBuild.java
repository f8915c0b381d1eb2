package dev.triptych.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Builds {@code it/outside}, a Maven project that knows nothing of this build but its packed jars.
 *
 * <p>They lie in a repository of files, as an author would get them, beside Maven's own local
 * repository, which serves the plugins: no network. Nothing is written into the user's repository.
 */
final class OutsideBuild {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Path BASE = Path.of("target", "outside").toAbsolutePath();
  private static final int MINUTES = 5;

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
    Files.createDirectories(BASE);
    Path sdk = sdk();
    Path settings =
        Files.writeString(
            BASE.resolve("settings.xml"),
            "<settings><mirrors><mirror><id>already-here</id><mirrorOf>central</mirrorOf><url>"
                + Path.of(needed("maven.local")).toUri()
                + "</url></mirror></mirrors></settings>");
    Path log = project.resolve("build.log");
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Process maven =
        new ProcessBuilder(
                Path.of(needed("maven.home"), "bin", windows ? "mvn.cmd" : "mvn").toString(),
                "-B",
                "-q",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + BASE.resolve("repository"),
                "-Dtriptych.sdk=" + sdk.toUri(),
                "-Drevision=" + version,
                tests ? "-DskipTests=false" : "-Dmaven.test.skip=true",
                "package")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!maven.waitFor(MINUTES, TimeUnit.MINUTES)) {
      maven.destroyForcibly();
      throw new AssertionError("the plugin was not built within " + MINUTES + " minutes: " + log);
    }
    if (maven.exitValue() != 0) {
      throw new AssertionError("the plugin does not build:\n" + Files.readString(log, UTF_8));
    }
  }

  /** Lays out the packed api, models and testkit of this build as a repository. */
  private static Path sdk() throws Exception {
    Path sdk = BASE.resolve("sdk");
    Path root = Path.of("..");
    lay(sdk, "triptych", root.resolve("pom.xml"), null);
    Map<String, String> rooms =
        Map.of(
            "api", "dev.triptych.api.Plan",
            "models", "dev.triptych.models.Torch",
            "testkit", "dev.triptych.testkit.Outcome");
    for (String room : rooms.keySet()) {
      Class<?> type = Class.forName(rooms.get(room));
      File jar = new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!jar.isFile()) {
        throw new AssertionError(room + " is not packed: run mvn verify, not mvn test");
      }
      lay(sdk, "triptych-" + room, root.resolve(room).resolve("pom.xml"), jar.toPath());
    }
    return sdk;
  }

  private static void lay(Path sdk, String artifact, Path pom, Path jar) throws IOException {
    Path folder = sdk.resolve("dev/triptych").resolve(artifact).resolve(VERSION);
    delete(folder);
    Files.createDirectories(folder);
    Files.copy(pom, folder.resolve(artifact + "-" + VERSION + ".pom"));
    if (jar != null) {
      Files.copy(jar, folder.resolve(artifact + "-" + VERSION + ".jar"));
    }
    delete(BASE.resolve("repository/dev/triptych").resolve(artifact)); // fetched anew
  }

  private static String needed(String property) {
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
