package dev.triptych.host.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.host.BundleJar;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.sample.Echo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a project builds is plugged in while it is watched, and out again at the end. */
class WorkbenchTest {
  private static final int PATIENCE_SECONDS = 20;

  @TempDir private static Path folder;
  private static Host host;

  @TempDir Path temp;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private Path project;
  private Thread working;

  @BeforeAll
  static void start() throws Exception {
    Home home = Home.of(folder.resolve("home"));
    host = Host.start(Host.Options.of(home, List.of()).withoutNatives());
  }

  @AfterAll
  static void end() {
    host.close();
  }

  @BeforeEach
  void open() throws Exception {
    project = Files.createDirectories(temp.resolve("project"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
  }

  @AfterEach
  void close() throws Exception {
    if (working != null) {
      stop();
    }
    for (Plugin plugin : host.plugins().list()) {
      host.plugins().remove(plugin.id());
    }
  }

  @Test
  void eachBuildIsPluggedInAndTheLastIsTakenOut() throws Exception {
    work(false, false);
    assertEquals("waiting", next());
    built("1.0.0");
    assertEquals("up 1.0.0", next());
    Files.writeString(project.resolve("target/echo-sources.jar"), "not a plugin");
    built("1.1.0");
    assertEquals("up 1.1.0", next());
    Path torn = project.resolve("target/echo.jar");
    byte[] whole = Files.readAllBytes(torn);
    Files.write(torn, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertTrue(next().startsWith("refused"), "half a jar");
    assertEquals(List.of("test.echo"), List.copyOf(host.generators().all().keySet()));
    project.resolve("target/echo.jar").toFile().delete(); // mvn clean
    built("1.0.0");
    assertEquals("up 1.0.0", next());
    stop();
    assertEquals("cleared [test.echo]", next());
    assertTrue(host.plugins().list().isEmpty(), "nothing is left installed");
  }

  @Test
  void whatWasInstalledBeforeOrIsKeptStays() throws Exception {
    built("1.0.0");
    host.plugins().install(project.resolve("target/echo.jar"), true);
    int sets = host.plugins().sets().size();
    built("1.1.0");
    work(false, false);
    assertEquals("up 1.1.0", next());
    built("1.2.0");
    assertEquals("up 1.2.0", next());
    stop();
    assertEquals("cleared [test.echo]", next());
    assertEquals("1.0.0", host.plugins().list().get(0).version(), "as it was");
    assertEquals(sets + 1, host.plugins().sets().size(), "two trials are one set");
    work(false, true);
    assertEquals("up 1.2.0", next());
    stop();
    assertEquals("cleared []", next());
    assertEquals("1.2.0", host.plugins().list().get(0).version());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void sourcesAreBuiltWhenTheyChange() throws Exception {
    Path jar = BundleJar.of("test.echo", Echo.class).write(temp.resolve("made.jar"));
    Path source = Files.createDirectories(project.resolve("src")).resolve("Echo.java");
    Files.writeString(source, "class Echo { oops }");
    Path maven = project.resolve("mvnw"); // finds one mistake, and packs what has none
    Files.writeString(
        maven,
        "#!/bin/sh\ngrep -n oops src/Echo.java && exit 1\nmkdir -p target && cp "
            + jar
            + " target/new && mv target/new target/echo.jar\n");
    assertTrue(maven.toFile().setExecutable(true));
    work(true, false);
    assertEquals("building", next());
    assertEquals("broken 1:class Echo { oops }", next());
    assertNull(told.poll(300, TimeUnit.MILLISECONDS), "nothing changed since");
    Files.writeString(source, "class Echo {}");
    assertEquals("building", next());
    assertEquals("up 1.0.0", next());
  }

  @Test
  void aFolderWithoutAProjectIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Project(temp.resolve("none")));
    assertThrows(IllegalArgumentException.class, () -> new Project(temp));
  }

  private void built(String version) throws Exception {
    Path target = Files.createDirectories(project.resolve("target"));
    Path jar =
        BundleJar.of("test.echo", Echo.class).version(version).write(temp.resolve("new.jar"));
    Files.move(jar, target.resolve("echo.jar"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void work(boolean build, boolean keep) {
    Workbench bench =
        new Workbench(new Project(project), host.plugins(), build, keep, new Written());
    working =
        new Thread(
            () -> {
              try {
                bench.run();
              } catch (InterruptedException e) {
                // the end
              } catch (Exception e) {
                told.add("failed " + e);
              }
            });
    working.start();
  }

  private void stop() throws InterruptedException {
    working.interrupt();
    working.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    working = null;
  }

  private String next() throws InterruptedException {
    String one = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(one, "nothing happened");
    return one;
  }

  private final class Written implements Workbench.Listener {
    @Override
    public void waiting() {
      told.add("waiting");
    }

    @Override
    public void building() {
      told.add("building");
    }

    @Override
    public void broken(String said) {
      told.add("broken " + said);
    }

    @Override
    public void up(Plugin plugin, long millis) {
      told.add("up " + plugin.version());
    }

    @Override
    public void refused(IllegalArgumentException why) {
      told.add("refused " + why.getMessage());
    }

    @Override
    public void cleared(Set<String> ids) {
      told.add("cleared " + ids);
    }
  }
}
