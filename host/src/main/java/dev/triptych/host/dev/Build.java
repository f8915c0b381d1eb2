package dev.triptych.host.dev;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Builds a project with its own Maven or the one that is installed. */
final class Build {
  /**
   * How a build ended.
   *
   * @param succeeded whether there is a new jar
   * @param said what Maven printed: nothing if all is well
   */
  record Result(boolean succeeded, String said) {}

  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
  private static final String OFFLINE = "offline mode"; // what Maven says when something is missing

  private Build() {}

  /**
   * Packages a project without its tests; without a network, unless something is missing.
   *
   * @throws IOException if there is no Maven
   */
  static Result run(Path project) throws IOException, InterruptedException {
    Result offline = run(project, true);
    return offline.succeeded || !offline.said.contains(OFFLINE) ? offline : run(project, false);
  }

  private static Result run(Path project, boolean offline)
      throws IOException, InterruptedException {
    Path wrapper = project.resolve(WINDOWS ? "mvnw.cmd" : "mvnw");
    String maven = Files.isExecutable(wrapper) ? wrapper.toString() : WINDOWS ? "mvn.cmd" : "mvn";
    Path said = Files.createTempFile("triptych-build-", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(maven, "-q", "-B", offline ? "-o" : "-ntp", "-DskipTests", "package")
              .directory(project.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      // A build of a second gains nothing from the full compiler
      builder.environment().putIfAbsent("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
      Process process = start(builder);
      try {
        process.getOutputStream().close();
        int exit = process.waitFor();
        return new Result(exit == 0, text(said));
      } finally {
        process.descendants().forEach(ProcessHandle::destroy); // of a build that was stopped
        process.destroy();
      }
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          "Maven is not found: install Maven 3.8 or newer, or put its wrapper mvnw into "
              + builder.directory(),
          e);
    }
  }

  /** Returns the lines that say something, without the terminal's colors. */
  private static String text(Path file) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(file), UTF_8)
            .replaceAll("\\x1b\\[[0-9;]*m", "")
            .lines()
            .filter(line -> !line.isBlank() && !line.equals("[ERROR] "))
            .toList();
    return String.join(System.lineSeparator(), lines);
  }
}
