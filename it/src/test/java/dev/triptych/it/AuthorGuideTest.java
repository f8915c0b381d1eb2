package dev.triptych.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/plugin-author.md says, with nothing of this build but the zip: begins a project,
 * builds it, and plugs it in while it is worked on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorGuideTest {
  /** A file of the guide: its name in a line of its own, then its text in a fence. */
  private static final Pattern FILE =
      Pattern.compile("(?m)^`([\\w./-]+)`\\n\\n```\\w+\\n(.*?)^```$", Pattern.DOTALL);

  /** The command that begins a project. */
  private static final Pattern BEGIN =
      Pattern.compile("(?m)^mvn (.*?:generate.*?)^```$", Pattern.DOTALL);

  private static final int PATIENCE_SECONDS = 120;

  @TempDir private static Path temp;
  private final String guide = Files.readString(Path.of("..", "docs", "plugin-author.md"));
  private Path triptych;

  AuthorGuideTest() throws IOException {}

  @BeforeAll
  void unpack() throws IOException {
    Path zip = Path.of(OutsideBuild.needed("triptych.zip"));
    assertTrue(Files.exists(zip), zip + " is not packed: run mvn verify, with -am if for it alone");
    try (InputStream in = Files.newInputStream(zip);
        ZipInputStream files = new ZipInputStream(in)) {
      for (ZipEntry entry = files.getNextEntry(); entry != null; entry = files.getNextEntry()) {
        Path file = temp.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(files, file);
        }
      }
    }
    triptych =
        temp.resolve(
            Path.of(
                    guide
                        .lines()
                        .filter(line -> line.startsWith("TRIPTYCH="))
                        .findFirst()
                        .orElseThrow())
                .getFileName());
    assertTrue(triptych.resolve("bin/triptych").toFile().setExecutable(true));
    OutsideBuild.forget();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theGuideLeadsFromNothingToAWork() throws Exception {
    long start = System.nanoTime();
    Path project = begin(Map.of());
    assertPrinted(project);
    OutsideBuild.maven(project, List.of("-q", "package"));
    assertTrue(Files.exists(project.resolve("target/chimes-1.0.0.jar")));
    assertTrue(
        Files.exists(project.resolve("target/surefire-reports")), "the contract test has run");

    Path maven = Files.createDirectories(project.resolve(".mvn")).resolve("maven.config");
    Files.writeString(maven, String.join("\n", OutsideBuild.options()) + "\n");
    Running dev =
        new Running("plugins", "dev", project.toString(), "--build", "--try", "a garden at dusk");
    try {
      assertEquals(
          "org.example.chimes 1.0.0", dev.until("(\\S+ 1\\S+)  live after \\d+ ms  music.chimes"));
      Path work = temp.resolve(dev.until("(\\S+/target/tried/\\S+\\.mid)"));
      assertEquals("MThd", new String(Files.readAllBytes(work), 0, 4, UTF_8));
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("from nothing to the first work: %.1f s%n", seconds);

      Path source = project.resolve("src/main/java/org/example/chimes/ChimesGenerator.java");
      String text = Files.readString(source);
      Files.writeString(source, text.replace("\"the wind\"", "\"the wind"));
      dev.until("(ERROR.*ChimesGenerator.java.*)");
      Files.writeString(source, text.replace("\"the wind\"", "\"the storm\""));
      Path pom = project.resolve("pom.xml");
      Files.writeString(pom, Files.readString(pom).replace("<version>1.0.0<", "<version>1.1.0<"));
      long live = Long.parseLong(dev.until("org.example.chimes 1.1.0  live after (\\d+) ms"));
      System.out.println("from the jar to live: " + live + " ms");
      dev.until("(\\S+\\.mid)");
    } finally {
      dev.end();
    }
    JsonNode lock = new ObjectMapper().readTree(temp.resolve("home/plugins.lock").toFile());
    for (JsonNode set : lock.required("sets")) {
      if (set.required("generation").equals(lock.required("current"))) {
        assertTrue(set.required("plugins").isEmpty(), "it is out again: " + lock);
        return;
      }
    }
    throw new AssertionError("no current set in " + lock);
  }

  @Test
  void theOtherKindsOfTheArchetypeKeepTheContract() throws Exception {
    Files.writeString(
        temp.resolve("pom.xml"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId>"
            + "<artifactId>all</artifactId><version>1</version><packaging>pom</packaging>"
            + "<modules><module>words</module><module>rings</module></modules></project>");
    Path words = begin(Map.of("modality", "text", "artifactId", "words"));
    Path rings = begin(Map.of("modality", "image", "artifactId", "rings"));
    OutsideBuild.maven(temp, List.of("-q", "package"));
    assertTrue(Files.exists(words.resolve("target/words-1.0.0.jar")));
    assertTrue(Files.exists(rings.resolve("target/rings-1.0.0.jar")));
    assertTrue(
        Files.readString(words.resolve("src/main/java/org/example/words/WordsGenerator.java"))
            .contains("\"text.words\""));
  }

  /** Runs the guide's command that begins a project, with other values for some properties. */
  private Path begin(Map<String, String> others) throws Exception {
    Matcher command = BEGIN.matcher(guide);
    assertTrue(command.find(), "the guide begins a project");
    List<String> arguments = new ArrayList<>();
    for (String word : command.group(1).replace("\\\n", " ").strip().split("\\s+")) {
      String argument = word.replace("$TRIPTYCH", triptych.toString());
      for (Map.Entry<String, String> other : others.entrySet()) {
        if (argument.startsWith("-D" + other.getKey() + "=")) {
          argument = "-D" + other.getKey() + "=" + other.getValue();
        }
      }
      arguments.add(argument);
    }
    String name = others.getOrDefault("artifactId", "chimes");
    arguments.replaceAll(one -> one.replace("=org.example.chimes", "=org.example." + name));
    Path folder = Files.createDirectories(temp.resolve("begun"));
    OutsideBuild.maven(folder, arguments);
    return Files.move(folder.resolve(name), temp.resolve(name));
  }

  /** Compares the project with the files that the guide prints. */
  private void assertPrinted(Path project) throws IOException {
    Matcher file = FILE.matcher(guide);
    int files = 0;
    for (; file.find(); files++) {
      String printed = file.group(2).replace("$TRIPTYCH", triptych.toString());
      assertEquals(printed, Files.readString(project.resolve(file.group(1))), file.group(1));
    }
    assertEquals(3, files, "files in the guide");
  }

  /** A run of the zip's own launcher, and what it says. */
  private final class Running {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> all = new ArrayList<>();
    private final Process process;

    Running(String... arguments) throws IOException {
      List<String> command = new ArrayList<>(List.of(triptych.resolve("bin/triptych").toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true);
      Map<String, String> environment = builder.environment();
      environment.put("TRIPTYCH_HOME", temp.resolve("home").toString());
      environment.put("TRIPTYCH_LANG", "en");
      environment.merge(
          "PATH",
          OutsideBuild.mavenHome().resolve("bin").toString(),
          (path, bin) -> bin + ":" + path);
      process = builder.start();
      Thread reader = new Thread(this::read, "reader");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader out = process.inputReader(UTF_8)) {
        out.lines().forEach(lines::add);
      } catch (IOException | java.io.UncheckedIOException e) {
        lines.add("ended: " + e);
      }
    }

    /** Waits for a line and returns what its groups match. */
    String until(String pattern) throws InterruptedException {
      Pattern wanted = Pattern.compile(pattern);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (System.nanoTime() < end) {
        String line = lines.poll(1, TimeUnit.SECONDS);
        if (line != null) {
          all.add(line);
          Matcher found = wanted.matcher(line);
          if (found.find()) {
            return found.group(1);
          }
        }
      }
      throw new AssertionError("no line like " + pattern + " in:\n" + String.join("\n", all));
    }

    void end() throws InterruptedException {
      process.destroy(); // as Ctrl-C: it takes the plugin out
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it ends");
    }
  }
}
