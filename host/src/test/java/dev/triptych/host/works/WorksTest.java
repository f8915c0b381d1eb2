package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Lineage;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorksTest {
  @TempDir private Path home;

  private static Lineage lineage(String prompt, long seed) {
    Plan plan = Plan.of(Map.of("language", "zh", "mood", Map.of("valence", 0.25, "arousal", -1)));
    return Lineage.of("test.echo", "1.0.0", Request.of(prompt, plan, seed))
        .withModels(Map.of("words", "0".repeat(64)))
        .withNotes(Map.of("arranger", "rules"));
  }

  private static StoredWork keep(Works works, String text, long seed) throws IOException {
    return works.keep("text/plain", text.getBytes(UTF_8), lineage(text, seed));
  }

  @Test
  void aWorkIsFoundWithItsLineage() throws IOException {
    StoredWork work = keep(new Works(home), "春", 3);
    StoredWork found = new Works(home).find(work.id()).orElseThrow();
    assertArrayEquals("春".getBytes(UTF_8), found.bytes());
    assertEquals(WorkRecord.json(work.lineage()), WorkRecord.json(found.lineage()));
    assertEquals(work.record(), WorkRecord.id(found.mediaType(), found.lineage()));
    assertEquals(Digest.sha256(found.bytes()), found.id());
    assertTrue(new Works(home).find("0".repeat(64)).isEmpty());
    assertTrue(new Works(home).find("../../etc/passwd").isEmpty());
  }

  @Test
  void theSameBytesMayBeMadeInSeveralWays() throws IOException {
    Works works = new Works(home);
    StoredWork one = keep(works, "same", 1);
    StoredWork two = keep(works, "same", 2);
    assertEquals(one.id(), two.id());
    assertEquals(2, works.newest(10).size());
    keep(works, "same", 2);
    assertEquals(2, works.newest(10).size(), "the same again is the same work");
  }

  @Test
  void aDamagedOrMissingOrStrangeIndexIsMadeAgainFromTheRecords() throws Exception {
    Works works = new Works(home);
    for (int i = 0; i < 5; i++) {
      keep(works, "text " + i, i);
    }
    List<WorkIndex.Row> rows = works.newest(10);
    Path index = home.resolve("works/index.db");
    Files.writeString(
        index, "this is no database, but long enough to be taken for one ".repeat(99));
    assertEquals(rows, works.newest(10));
    byte[] whole = Files.readAllBytes(index);
    for (int at = 0; at < whole.length; at += 512) {
      byte[] damaged = whole.clone();
      java.util.Arrays.fill(damaged, at, Math.min(whole.length, at + 512), (byte) 0x5a);
      Files.write(index, damaged);
      assertEquals(5, new Works(home).reindex());
      assertEquals(rows, new Works(home).newest(10));
    }
    Files.delete(index);
    assertEquals(rows, works.newest(10));
    try (var strange =
            org.sqlite.JDBC.createConnection("jdbc:sqlite:" + index, new java.util.Properties());
        var statement = strange.createStatement()) {
      statement.execute("PRAGMA user_version=99");
    }
    assertEquals(rows, works.newest(10));
  }

  @Test
  void twoStoresOfOneHomeWriteAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Void>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int thread = t;
      Works own = new Works(home);
      Callable<Void> task =
          () -> {
            for (int i = 0; i < 25; i++) {
              keep(own, "work " + (i + 20 * thread), 1); // some of them the same
            }
            return null;
          };
      all.add(threads.submit(task));
    }
    for (Future<Void> one : all) {
      one.get();
    }
    threads.shutdown();
    assertEquals(85, new Works(home).newest(1000).size());
    assertEquals(85, new Works(home).reindex());
    try (var files = Files.walk(home)) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")));
    }
  }

  @Test
  void twoProcessesWriteAtOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  home.toString(),
                  String.valueOf(i))
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertEquals(40, new Works(home).newest(1000).size());
  }

  /** The other process of {@link #twoProcessesWriteAtOnce}. */
  public static final class Writer {
    public static void main(String[] arguments) throws IOException {
      Works works = new Works(Path.of(arguments[0]));
      for (int i = 0; i < 20; i++) {
        keep(works, "process " + arguments[1] + " work " + i, i);
      }
    }
  }

  @Test
  void filesOfTheUsersAreTakenByWhatTheyAre() throws IOException {
    Works works = new Works(home);
    Path poem = Files.writeString(home.resolve("poem.png"), "not a picture");
    assertEquals("text/plain", works.take(poem, List.of("text/plain")).mediaType());
    var wrong =
        assertThrows(IllegalArgumentException.class, () -> works.take(poem, List.of("image/png")));
    assertTrue(wrong.getMessage().contains("is text/plain, not image/png"), wrong.getMessage());
    Path binary = Files.write(home.resolve("x"), new byte[] {0, 1, 2});
    assertThrows(IllegalArgumentException.class, () -> works.take(binary, List.of()));
    assertThrows(IllegalArgumentException.class, () -> works.take(home.resolve("none"), List.of()));
  }

  @Test
  void bytesThatAreNotOfTheirTypeAreNotKept() {
    Works works = new Works(home);
    assertThrows(
        IOException.class, () -> works.keep("image/png", "no".getBytes(UTF_8), lineage("x", 1)));
    assertTrue(Files.notExists(home.resolve("works")));
  }
}
