package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts Triptych, with a Java that only notes how it was started. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
  @TempDir private Path temp;

  private record Run(int exit, String said, int starts) {}

  /** Runs the script; Java ends with these exit codes, one after another, the last for ever. */
  private Run run(String exits, String... arguments) throws Exception {
    Path script = temp.resolve("bin/triptych");
    Files.createDirectories(script.getParent());
    Files.createDirectories(temp.resolve("bundles"));
    Files.createDirectories(temp.resolve("lib"));
    Files.writeString(temp.resolve("lib/triptych-host.jar"), "");
    Files.deleteIfExists(script);
    Files.copy(Path.of("..", "triptych"), script);
    Path java = Files.createDirectories(temp.resolve("java/bin")).resolve("java");
    Files.writeString(
        java,
        "#!/usr/bin/env bash\n"
            + "exits=("
            + exits
            + ")\n"
            + "echo start >> '"
            + temp.resolve("starts")
            + "'\n"
            + "n=$(($(wc -l < '"
            + temp.resolve("starts")
            + "') - 1))\n"
            + "[ \"$n\" -lt \"${#exits[@]}\" ] || n=$((${#exits[@]} - 1))\n"
            + "code=${exits[$n]}\n"
            + "case $code in wait) trap 'exit 130' TERM; echo waits; while :; do sleep 0.05; done ;;"
            + " s*) kill -\"${code#s}\" $$ ;; esac\n"
            + "exit \"$code\"\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.deleteIfExists(temp.resolve("starts"));
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", temp.resolve("java").toString());
    builder.environment().put("TRIPTYCH_HOME", temp.resolve("home").toString());
    builder.environment().put("TRIPTYCH_LANG", "en");
    Process process = builder.start();
    if (exits.contains("wait")) {
      while (!Files.exists(temp.resolve("starts"))) {
        Thread.sleep(10);
      }
      byte[] first = process.getInputStream().readNBytes("waits\n".length());
      assertEquals("waits\n", new String(first, UTF_8));
      process.toHandle().destroy(); // SIGTERM; the streams stay open
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), said);
    return new Run(process.exitValue(), said, starts());
  }

  private int starts() throws IOException {
    return Files.readAllLines(temp.resolve("starts")).size();
  }

  @Test
  void aHostThatServesIsStartedAgainAfterAFullHeapAndACrash() throws Exception {
    Run run = run("3 sSEGV 0", "serve");
    assertEquals(0, run.exit, run.said);
    assertEquals(3, run.starts, run.said);
    assertTrue(run.said.contains("(exit code 3): starting it again"), run.said);
    assertTrue(run.said.contains("(exit code 139): starting it again"), run.said);
  }

  @Test
  void itIsNotStartedAgainForEver() throws Exception {
    Run run = run("3", "serve");
    assertEquals(1, run.exit, run.said);
    assertEquals(6, run.starts, run.said);
    assertTrue(run.said.contains("not started again"), run.said);
  }

  @Test
  void otherEndsAndOtherCommandsStand() throws Exception {
    assertEquals(1, run("2", "serve").starts);
    assertEquals(2, run("2", "serve").exit);
    Run create = run("3", "create", "sea");
    assertEquals(3, create.exit);
    assertEquals(1, create.starts);
  }

  @Test
  void aSignalReachesTheHostAndEndsBoth() throws Exception {
    Run run = run("wait", "serve");
    assertEquals(130, run.exit, run.said);
    assertEquals(1, run.starts);
  }
}
