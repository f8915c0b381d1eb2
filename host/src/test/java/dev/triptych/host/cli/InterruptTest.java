package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real process that is told to stop, as by Ctrl-C. */
@EnabledOnOs({OS.LINUX, OS.MAC}) // Windows has no SIGINT
class InterruptTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path temp;

  @BeforeEach
  void bundles() throws IOException {
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    BundleJar.of("test.echo", Echo.class).write(bundles.resolve("echo.jar"));
    BundleJar.of("test.misbehaving", Misbehaving.class)
        .entry("models/words/words.txt", "ink")
        .write(bundles.resolve("bad.jar"));
    Files.writeString(temp.resolve("plan.json"), "{\"language\": \"en\"}");
    Files.createDirectories(temp.resolve("tmp"));
  }

  @Test
  void stoppedWhileStartingNothingIsLeftAndTheNextStartWorks() throws Exception {
    stoppedAt("Starting");
  }

  @Test
  void stoppedWhileMakingNothingIsLeftAndTheNextStartWorks() throws Exception {
    stoppedAt("looping");
  }

  private void stoppedAt(String said) throws Exception {
    Process process = start("misbehaving", "-p", "misbehaving:how=loop");
    List<String> told = new ArrayList<>();
    try (BufferedReader err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      String line;
      boolean sent = false;
      while ((line = err.readLine()) != null) {
        told.add(line);
        if (!sent && line.contains(said)) {
          sent = true;
          String[] kill = {"kill", signal(), String.valueOf(process.pid())};
          assertEquals(0, new ProcessBuilder(kill).start().waitFor());
        }
      }
    }
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), told.toString());
    assertEquals(Main.STOPPED, process.exitValue(), told.toString());
    assertTrue(told.contains("Stopped; nothing half-made is left."), told.toString());
    assertFalse(Files.exists(temp.resolve("out")), told.toString());
    assertEquals(List.of(), unfinished(temp.resolve("home")));
    assertEquals(List.of(), unfinished(temp.resolve("tmp")));

    Process next = start("echo");
    String errors = new String(next.getErrorStream().readAllBytes(), UTF_8);
    assertTrue(next.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), errors);
    assertEquals(Main.OK, next.exitValue(), errors);
    assertTrue(Files.exists(temp.resolve("out").resolve("echo.txt")), errors);
  }

  /** Returns SIGINT; SIGTERM where a build in the background made its children deaf to SIGINT. */
  private static String signal() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("SigIgn:")) {
          return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) == 0
              ? "-INT"
              : "-TERM";
        }
      }
    }
    return "-INT";
  }

  private Process start(String only, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + temp.resolve("tmp"),
                "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"),
                "-D" + Session.BUNDLES + "=" + temp.resolve("bundles"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of("create", "sea", "--plan", temp.resolve("plan.json").toString()));
    command.addAll(List.of("--only", only, "--out", temp.resolve("out").toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TRIPTYCH_HOME", temp.resolve("home").toString());
    builder.environment().put("TRIPTYCH_LANG", "en");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  /** Returns what begins like something unfinished: temporary names and Felix' cache. */
  private static List<Path> unfinished(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(
              path ->
                  path.getFileName().toString().matches("(new-|triptych-|\\.triptych).*|.*\\.tmp"))
          .toList();
    }
  }
}
