package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that throw, loop or lack an import: one clear sentence, and the host lives on. */
class BadBundlesTest {
  @TempDir Path temp;
  private Host host;

  @BeforeEach
  void start() throws Exception {
    Path steady = TestBundle.of("org.example.steady", "1.0.0", temp);
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of(steady));
    host = Host.start(options.withoutNatives().withDrainMillis(300));
  }

  @AfterEach
  void stillAlive() throws Exception {
    assertTrue(place("example.steady").await().succeeded(), "the host is not alive");
    try (var walk = Files.walk(host.home())) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        assertFalse(file.toString().endsWith(".tmp"), "half-written: " + file);
        assertFalse(
            Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                .contains("half a poem"),
            file + " was kept");
      }
    }
    host.close();
  }

  private Path bundle(String name) throws Exception {
    return TestBundle.of(name, "1.0.0", temp);
  }

  private Jobs.Placed place(String id) {
    Request request = Request.of("rain", Plan.of(Map.of()), 7);
    return host.jobs().submit(Order.of(id, request), (generator, done, phase) -> {});
  }

  @Test
  void aBundleThatThrowsIsNamed() throws Exception {
    host.plugins().install(bundle("org.example.throwing"), true);
    Outcome outcome = place("example.throwing").await();
    assertEquals(Fault.FAILURE, outcome.failure().orElseThrow().fault());
    assertOneSentence(
        outcome.failure().orElseThrow().sentence(), "org.example.throwing", "the ink is dry");
    assertEquals(List.of(), outcome.works());
  }

  @Test
  void aBundleThatLoopsIsLeftAlone() throws Exception {
    host.plugins().install(bundle("org.example.looping"), true);
    Jobs.Placed job = place("example.looping");
    assertTrue(job.await(200, TimeUnit.MILLISECONDS).isEmpty());
    job.cancel();
    assertTrue(place("example.steady").await().succeeded());
    long start = System.nanoTime();
    host.plugins().remove("org.example.looping");
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 10_000, "removing it took " + millis + " ms");
    assertThrows(IllegalArgumentException.class, () -> place("example.looping"));
  }

  @Test
  void aBundleThatLacksAnImportIsRefused() throws Exception {
    Path lacking = bundle("org.example.lacking");
    var refused =
        assertThrows(IllegalArgumentException.class, () -> host.plugins().install(lacking, true));
    assertOneSentence(refused.getMessage(), "org.example.lacking", "dev.triptych.testkit.samples");
    assertEquals(1, host.plugins().list().size());
  }

  @Test
  void whatIsNoBundleIsRefused() throws Exception {
    Path text = Files.writeString(temp.resolve("poem.jar"), "no jar at all");
    assertOneSentence(refusal(text), "poem.jar");
    Path cut = temp.resolve("cut.jar");
    byte[] whole = Files.readAllBytes(bundle("org.example.throwing"));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertOneSentence(refusal(cut), "cut.jar");
    assertOneSentence(refusal(temp.resolve("none.jar")), "none.jar");
    assertEquals(1, host.plugins().list().size());
  }

  private String refusal(Path jar) {
    return assertThrows(IllegalArgumentException.class, () -> host.plugins().install(jar, true))
        .getMessage();
  }

  private static void assertOneSentence(String sentence, String... parts) {
    assertFalse(sentence.contains("\n"), sentence);
    for (String part : parts) {
      assertTrue(sentence.contains(part), sentence + " does not say " + part);
    }
  }
}
