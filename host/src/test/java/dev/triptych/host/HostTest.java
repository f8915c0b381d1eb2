package dev.triptych.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.jobs.Bounds;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import dev.triptych.host.sample.Second;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.WorkRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real Felix, real bundles, real jobs; no natives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostTest {
  @TempDir private static Path temp;
  private Host host;
  private Path echo;

  @BeforeAll
  void start() throws IOException {
    echo = BundleJar.of("test.echo", Echo.class).write(temp.resolve("echo.jar"));
    Path bad =
        BundleJar.of("test.misbehaving", Misbehaving.class)
            .entry("models/words/words.txt", "ink and paper")
            .write(temp.resolve("bad.jar"));
    host = start("home", echo, bad);
  }

  private static Host start(String home, Path... bundles) throws IOException {
    Host.Options options = Host.Options.of(Home.of(temp.resolve(home)), List.of(bundles));
    Bounds bounds = Bounds.USUAL.withFailures(1000); // none is quarantined here
    return Host.start(options.withoutNatives().withDrainMillis(500).withBounds(bounds));
  }

  @AfterAll
  void stop() {
    host.close();
  }

  private Outcome run(String generator, Map<String, String> values) throws InterruptedException {
    Request request = Request.of("spring", Plan.of(Map.of("language", "en")), 7);
    return host.jobs()
        .run(
            List.of(Order.of(generator, request.withValues(values))),
            (id, done, phase) -> assertTrue(done >= 0 && done <= 1))
        .get(0);
  }

  @Test
  void aBundlesGeneratorIsListedAndRun() throws Exception {
    assertEquals(
        List.of("test.echo", "test.misbehaving"), List.copyOf(host.generators().all().keySet()));
    Outcome outcome = run("test.echo", Map.of("lines", "3"));
    assertTrue(outcome.succeeded(), () -> outcome.failure().toString());
    StoredWork work = outcome.works().get(0);
    assertEquals("spring 7\n".repeat(3), Files.readString(work.path()));
    assertEquals("test.echo", work.lineage().generator());
    assertEquals("1.0.0", work.lineage().version());
    assertEquals(Map.of("lines", "3"), work.lineage().request().values());
    assertEquals("BundleClassLoader", work.lineage().notes().get("loader"));
    StoredWork found = host.works().find(work.id()).orElseThrow();
    assertEquals(work.record(), found.record());
    assertEquals(WorkRecord.json(work.lineage()), WorkRecord.json(found.lineage()));
    assertArrayEquals(work.bytes(), run("test.echo", Map.of("lines", "3")).works().get(0).bytes());
    assertEquals(
        work.id(),
        host.works().newest(100).stream()
            .filter(row -> row.record().equals(work.record()))
            .findFirst()
            .orElseThrow()
            .artifact());
  }

  @Test
  void aLineIsRedoneAndTheRestStays() throws Exception {
    StoredWork work = run("test.echo", Map.of("lines", "3")).works().get(0);
    Request request = Request.of("autumn", Plan.of(Map.of()), 8);
    Order order = Order.revise("test.echo", request, work, Set.of("line:2"));
    Outcome outcome = host.jobs().run(List.of(order), (a, b, c) -> {}).get(0);
    StoredWork revised = outcome.works().get(0);
    assertEquals("spring 7\nautumn 8\nspring 7\n", Files.readString(revised.path()));
    assertEquals(List.of(work.id()), revised.lineage().sources());
    Order unknown = Order.revise("test.echo", request, work, Set.of("line:9"));
    Outcome refused = host.jobs().run(List.of(unknown), (a, b, c) -> {}).get(0);
    assertEquals(Fault.MISTAKE, refused.failure().orElseThrow().fault());
    Order other = Order.revise("test.misbehaving", request, work, Set.of("line:1"));
    Outcome unable = host.jobs().run(List.of(other), (a, b, c) -> {}).get(0);
    assertTrue(unable.failure().orElseThrow().sentence().contains("revises nothing"));
  }

  @ParameterizedTest
  @CsvSource({
    "throw, FAILURE, the ink is dry",
    "mistake, MISTAKE, no poem has 0 lines",
    "overflow, FAILURE, called itself without end",
    "memory, FAILURE, ran out of memory",
    "lacks, FAILURE, org.elsewhere.Missing",
    "nothing, FAILURE, without a work of text/plain",
    "undeclared, FAILURE, undeclared",
    "late, FAILURE, committed or closed",
    "mute, FAILURE, nothing was written",
    "other, FAILURE, not a MIDI file",
  })
  void aPluginsFailureIsAResult(String how, Fault fault, String part) throws Exception {
    Outcome outcome = run("test.misbehaving", Map.of("how", how));
    assertEquals(fault, outcome.failure().orElseThrow().fault());
    String sentence = outcome.failure().orElseThrow().sentence();
    assertTrue(sentence.contains(part), sentence);
    assertFalse(sentence.contains("\n"), sentence);
    assertTrue(run("test.echo", Map.of()).succeeded(), "the host is alive");
  }

  @Test
  void whatIsLeftOpenIsClosedAndNamed() throws Exception {
    Outcome outcome = run("test.misbehaving", Map.of("how", "leak"));
    assertTrue(outcome.succeeded());
    assertEquals("ink and paper", Files.readString(outcome.works().get(0).path()));
    assertEquals(2, outcome.remarks().size());
    assertTrue(outcome.remarks().get(0).contains("draft of text/plain open"));
    assertTrue(outcome.remarks().get(1).contains("lease on words open"));
    assertEquals(64, outcome.works().get(0).lineage().models().get("words").length());
    assertEquals(0, host.models().entries().get(0).leases());
  }

  @Test
  void aLoopEndsWhenTheUserSaysStop() throws Exception {
    Request request = Request.of("x", Plan.of(Map.of()), 1).withValues(Map.of("how", "loop"));
    Jobs.Placed job = host.jobs().submit(Order.of("test.misbehaving", request), (a, b, c) -> {});
    assertTrue(job.await(100, TimeUnit.MILLISECONDS).isEmpty());
    job.cancel();
    Outcome outcome = job.await(5, TimeUnit.SECONDS).orElseThrow();
    assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
    assertTrue(outcome.works().isEmpty());
  }

  @Test
  void aJobThatTakesNoStepIsGivenUp() throws Exception {
    Request request = Request.of("x", Plan.of(Map.of()), 1).withValues(Map.of("how", "deaf"));
    Jobs.Placed job = host.jobs().submit(Order.of("test.misbehaving", request), (a, b, c) -> {});
    assertTrue(job.await(50, TimeUnit.MILLISECONDS).isEmpty());
    job.cancel();
    Outcome outcome = job.await(20, TimeUnit.SECONDS).orElseThrow();
    assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
    assertTrue(outcome.remarks().get(0).contains("does not stop"), outcome.remarks().toString());
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("job test.misbehaving"))
        .forEach(Thread::interrupt);
    assertTrue(run("test.echo", Map.of()).succeeded(), "the host is alive");
  }

  @Test
  void aJobOfLongStepsIsWaitedFor() throws Exception {
    Path bad = BundleJar.of("test.misbehaving", Misbehaving.class).write(temp.resolve("slow.jar"));
    Host.Options options = Host.Options.of(Home.of(temp.resolve("slow")), List.of(bad));
    Bounds bounds = Bounds.USUAL.withTimes(Duration.ofMinutes(5), Duration.ofMillis(200));
    try (Host hasty = Host.start(options.withoutNatives().withBounds(bounds))) {
      Request request = Request.of("x", Plan.of(Map.of()), 1).withValues(Map.of("how", "slow"));
      CountDownLatch third = new CountDownLatch(3);
      Set<String> phases = ConcurrentHashMap.newKeySet();
      Jobs.Placed job =
          hasty
              .jobs()
              .submit(
                  Order.of("test.misbehaving", request),
                  (id, done, phase) -> {
                    phases.add(phase);
                    third.countDown();
                  });
      assertTrue(third.await(20, TimeUnit.SECONDS));
      job.cancel();
      Outcome outcome = job.await(20, TimeUnit.SECONDS).orElseThrow();
      assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
      assertEquals(List.of(), outcome.remarks());
      assertEquals(Set.of("looping", "stopping after this step"), phases);
    }
  }

  @Test
  void unknownNamesAreRefusedWithTheNearest() {
    var generator = assertThrows(IllegalArgumentException.class, () -> run("tst.echo", Map.of()));
    assertTrue(generator.getMessage().contains("test.echo"), generator.getMessage());
    var parameter =
        assertThrows(IllegalArgumentException.class, () -> run("test.echo", Map.of("line", "3")));
    assertTrue(parameter.getMessage().contains("lines"), parameter.getMessage());
    var value =
        assertThrows(IllegalArgumentException.class, () -> run("test.echo", Map.of("lines", "99")));
    assertTrue(value.getMessage().contains("from 1 to 40"), value.getMessage());
  }

  @Test
  void aPluginIsInstalledUpdatedAndRemoved() throws Exception {
    Path first = BundleJar.of("test.plug", Echo.class).write(temp.resolve("p1.jar"));
    Path next =
        BundleJar.of("test.plug", Echo.class).version("2.0.0").write(temp.resolve("p2.jar"));
    try (Host own = start("plugged")) {
      var refused =
          assertThrows(IllegalArgumentException.class, () -> own.plugins().install(first, false));
      assertTrue(refused.getMessage().contains("--allow-unsigned"));
      assertEquals("1.0.0", own.plugins().install(first, true).version());
      assertEquals("2.0.0", own.plugins().install(next, true).version());
      assertEquals("2.0.0", own.plugins().install(next, true).version(), "the same once more");
      assertEquals("2.0.0", own.generators().find("test.echo").orElseThrow().version());
    }
    try (Host again = start("plugged")) {
      assertEquals(List.of("test.echo"), again.plugins().list().get(0).generators());
      again.plugins().remove("test.plug");
      assertTrue(again.generators().all().isEmpty());
      again.plugins().rollback(OptionalInt.empty());
      assertEquals("2.0.0", again.generators().find("test.echo").orElseThrow().version());
    }
  }

  @Test
  void aPluginThatDoesNotComeUpLeavesEverythingAsItWas() throws Exception {
    Path lacking =
        BundleJar.of("test.lacking", Misbehaving.class)
            .imports("org.elsewhere;version=\"[2.1,3)\"")
            .write(temp.resolve("lacking.jar"));
    Path second = BundleJar.of("test.second", Second.class).write(temp.resolve("second.jar"));
    Path cut = temp.resolve("cut.jar");
    byte[] whole = Files.readAllBytes(echo);
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    var before = host.plugins().list();
    assertTrue(refusal(lacking).contains("org.elsewhere"), refusal(lacking));
    assertTrue(refusal(second).contains("taken by test.echo"), refusal(second));
    assertTrue(refusal(cut).contains("cut off"), refusal(cut));
    assertEquals(before, host.plugins().list());
    assertFalse(Files.exists(host.home().resolve("plugins.lock")));
    var builtIn =
        assertThrows(IllegalArgumentException.class, () -> host.plugins().remove("test.echo"));
    assertTrue(builtIn.getMessage().contains("built in"));
  }

  private String refusal(Path jar) {
    return assertThrows(IllegalArgumentException.class, () -> host.plugins().install(jar, true))
        .getMessage();
  }

  @Test
  void anUpdateWaitsForTheCallsInsideAndThenCancelsThem() throws Exception {
    Path first = BundleJar.of("test.busy", Misbehaving.class).write(temp.resolve("b1.jar"));
    try (Host own = start("busy")) {
      own.plugins().install(first, true);
      Request request = Request.of("x", Plan.of(Map.of()), 1).withValues(Map.of("how", "loop"));
      Jobs.Placed job = own.jobs().submit(Order.of("test.misbehaving", request), (a, b, c) -> {});
      own.plugins().install(first, true);
      Outcome outcome = job.await(1, TimeUnit.SECONDS).orElseThrow();
      assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
      assertEquals(
          "stopped: the plugin test.busy was replaced by 1.0.0",
          outcome.failure().orElseThrow().sentence());
      assertEquals(1, own.generators().all().size());
    }
  }

  @Test
  void aClosedHostTakesNoJobs() throws Exception {
    Host own = start("closed", echo);
    own.close();
    Request request = Request.of("x", Plan.of(Map.of()), 1);
    assertThrows(
        CancellationException.class,
        () -> own.jobs().submit(Order.of("test.echo", request), (a, b, c) -> {}));
  }
}
