package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Bounds;
import dev.triptych.host.jobs.JobStatus;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.testkit.faults.FaultyGenerator;
import dev.triptych.testkit.faults.FaultyPlugin;
import dev.triptych.testkit.faults.PluginFault;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every faulty plugin in one host with one core, beside a sound one that works all the time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultyPluginsTest {
  private static final Request REQUEST = Request.of("rain on slate", Plan.of(Map.of()), 7);

  @TempDir private static Path temp;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final ExecutorService beside = Executors.newSingleThreadExecutor();
  private Host host;
  private byte[] sound;
  private Future<Integer> worker;

  @BeforeAll
  void start() throws Exception {
    Path home = Files.createDirectories(temp.resolve("home"));
    Files.writeString(home.resolve("config.json"), "{\"threads\": 1}");
    List<Path> builtIn = List.of(FaultyPlugin.writeSound(temp.resolve("sound")));
    Duration soon = Duration.ofMillis(300);
    Bounds bounds = Bounds.USUAL.withBytes(8 << 20, 32 << 20).withTimes(soon, soon);
    host =
        Host.start(
            Host.Options.of(Home.of(home), builtIn)
                .withoutNatives()
                .withDrainMillis(200)
                .withBounds(bounds));
    sound = work();
    worker = beside.submit(this::workAllTheTime);
  }

  private byte[] work() throws Exception {
    Outcome outcome = place(FaultyPlugin.SOUND_ID).await();
    assertTrue(outcome.succeeded(), outcome.toString());
    return outcome.works().get(0).bytes();
  }

  private int workAllTheTime() throws Exception {
    int count = 0;
    for (; !stop.get(); count++) {
      assertArrayEquals(sound, work());
    }
    return count;
  }

  @AfterAll
  void theSoundOneHasWorkedAllTheTime() throws Exception {
    System.clearProperty(FaultyGenerator.RELEASE);
    stop.set(true);
    assertTrue(worker.get(10, TimeUnit.SECONDS) > 20);
    beside.shutdownNow();
    host.close();
  }

  private Jobs.Placed place(String id) {
    return host.jobs().submit(Order.of(id, REQUEST), (generator, done, phase) -> {});
  }

  private Jobs.Placed placeFaulty(PluginFault fault) throws Exception {
    host.plugins().install(jar(fault), true);
    return place(FaultyPlugin.ID);
  }

  private static Path jar(PluginFault fault) throws Exception {
    return FaultyPlugin.write(fault, temp.resolve(fault.name()));
  }

  private static String sentence(Outcome outcome) {
    String sentence = outcome.failure().orElseThrow().sentence();
    assertFalse(sentence.contains("\n"), sentence);
    return sentence;
  }

  @ParameterizedTest
  @CsvSource({
    "THROWS, the ink is dry",
    "ASSERTION_ERROR, a line has no end",
    "THREAD_DEATH, ThreadDeath",
    "STACK_OVERFLOW, called itself without end",
    "OUT_OF_MEMORY, ran out of memory",
    "LINKAGE_ERROR, dev.triptych.testkit.faults.AbsentClass",
    "CALLS_EXIT, it called System.exit in",
    "CALLS_EXIT_BY_REFERENCE, it called System.exit in",
    "CALLS_RUNTIME_EXIT, it called Runtime.exit in",
    "CALLS_HALT, it called Runtime.halt in",
    "RETURNS_2GB, a work may have at most 8 MB",
    "FLOODS_DRAFTS, a work may have at most 8 MB",
    "COMMITS_NOTHING, returned without a work of text/plain",
    "COMMITS_WHAT_IS_NO_MIDI, is not a MIDI file",
    "READS_NO_VALUE, parameter lines has no initial value",
  })
  void itsJobFailsInOneSentence(PluginFault fault, String part) throws Exception {
    Outcome outcome = placeFaulty(fault).await();
    assertEquals(Fault.FAILURE, outcome.failure().orElseThrow().fault());
    assertTrue(sentence(outcome).startsWith("sample.faulty (dev.triptych.testkit.faulty 1.0.0) "));
    assertTrue(sentence(outcome).contains(part), sentence(outcome));
    assertEquals(List.of(), outcome.works());
  }

  @ParameterizedTest
  @CsvSource({
    "LEAKS_LEASE, left a lease on ink open",
    "LEAKS_DRAFT, left a draft of text/plain open",
    "LEAKS_THREAD, left the thread left alone running: it was interrupted",
    "LEAKS_DEAF_THREAD, left the thread left deaf running which ignores interrupts",
    "THREAD_THROWS, failed: it stumbled",
    "CALLS_HALT_IN_A_THREAD, failed: it called Runtime.halt in",
  })
  void itsWorkIsKeptAndWhatItLeftIsNamedAndClosed(PluginFault fault, String part) throws Exception {
    Outcome outcome = placeFaulty(fault).await();
    assertTrue(outcome.succeeded(), outcome.toString());
    assertEquals(1, outcome.remarks().size(), outcome.toString());
    String remark = outcome.remarks().get(0);
    assertTrue(remark.replace(",", "").contains(part), remark);
    if (fault == PluginFault.LEAKS_LEASE) {
      assertEquals(0, host.models().entries().get(0).leases());
    }
    if (fault == PluginFault.LEAKS_THREAD) {
      assertTrue(
          Thread.getAllStackTraces().keySet().stream()
              .noneMatch(thread -> thread.getName().equals("left alone")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DECLARES_TWICE, cannot describe itself: generator sample.faulty declares the parameter lines",
    "THROWS_IN_DESCRIPTOR, cannot describe itself: words fail it",
    "HANGS_IN_DESCRIPTOR, does not describe itself within 5 s",
    "MISSES_IMPORT, lacks its import org.elsewhere",
    "UNSATISFIED_REFERENCE, dev.triptych.testkit.faulty",
    "CONSTRUCTOR_THROWS, dev.triptych.testkit.faulty",
    "ACTIVATE_THROWS, dev.triptych.testkit.faulty",
    "DUPLICATE_ID, the generator id sample.refrain of dev.triptych.testkit.faulty is taken by",
  })
  void itIsNotInstalled(PluginFault fault, String part) throws Exception {
    removeFaulty();
    List<?> before = host.plugins().list();
    Path jar = jar(fault);
    var refused =
        assertThrows(IllegalArgumentException.class, () -> host.plugins().install(jar, true));
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    assertEquals(before, host.plugins().list());
  }

  private void removeFaulty() throws Exception {
    if (host.plugins().list().size() > 1) {
      host.plugins().remove(FaultyPlugin.NAME);
    }
  }

  @Test
  void aSlowDescriptorIsReadOnce() throws Exception {
    Outcome outcome = placeFaulty(PluginFault.SLOW_DESCRIPTOR).await();
    assertTrue(outcome.succeeded(), outcome.toString());
    assertTrue(outcome.seconds() < 1, outcome.toString());
  }

  @Test
  void aHangingJobIsStuckGivesItsPlaceAndItsLoaderGoesWhenItEnds() throws Exception {
    Jobs.Placed job = placeFaulty(PluginFault.HANGS);
    until(() -> job.status().state() == JobStatus.State.STUCK);
    assertTrue(job.await(1, TimeUnit.MILLISECONDS).isEmpty());
    work(); // on the only core
    job.cancel();
    Outcome outcome = job.await(2, TimeUnit.SECONDS).orElseThrow();
    assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
    assertTrue(outcome.remarks().get(0).contains("does not stop"), outcome.toString());
    assertEquals(JobStatus.State.STUCK, find(job.id()).state());
    WeakReference<Object> loader = loader();
    host.plugins().remove(FaultyPlugin.NAME);
    System.setProperty(FaultyGenerator.RELEASE, "true");
    until(() -> find(job.id()).state() == JobStatus.State.OVER);
    System.clearProperty(FaultyGenerator.RELEASE);
    assertCollected(loader);
  }

  @Test
  void aJobThatIgnoresItsCancelIsGivenUp() throws Exception {
    Jobs.Placed job = placeFaulty(PluginFault.IGNORES_CANCEL);
    until(() -> job.status().phase().equals("working on"));
    assertEquals(JobStatus.State.RUNNING, find(job.id()).state());
    job.cancel();
    Outcome outcome = job.await(2, TimeUnit.SECONDS).orElseThrow();
    assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
    work();
    System.setProperty(FaultyGenerator.RELEASE, "true");
    until(() -> find(job.id()).state() == JobStatus.State.OVER);
    System.clearProperty(FaultyGenerator.RELEASE);
  }

  @Test
  void afterThreeFailuresInARowItIsQuarantinedUntilItIsInstalledAnew() throws Exception {
    for (int i = 0; i < 2; i++) {
      host.plugins().install(jar(PluginFault.THROWS), true);
      for (int j = 0; j < 3; j++) {
        sentence(place(FaultyPlugin.ID).await());
      }
      assertFalse(host.generators().all().containsKey(FaultyPlugin.ID));
      String problem =
          host.plugins().list().stream()
              .filter(one -> one.id().equals(FaultyPlugin.NAME))
              .findFirst()
              .orElseThrow()
              .problem()
              .orElseThrow();
      var refused = assertThrows(IllegalArgumentException.class, () -> place(FaultyPlugin.ID));
      assertEquals(problem, refused.getMessage());
      assertTrue(problem.contains("quarantined after 3 failures in a row, the last: "), problem);
      assertTrue(problem.contains("the ink is dry; update or reinstall its plugin"), problem);
    }
  }

  @Test
  void whatTheUserAsksWronglyDoesNotQuarantine() throws Exception {
    host.plugins().install(jar(PluginFault.COMMITS_NOTHING), true);
    Request wrong = REQUEST.withValues(Map.of("lines", "many"));
    for (int i = 0; i < 5; i++) {
      assertThrows(
          IllegalArgumentException.class,
          () -> host.jobs().submit(Order.of(FaultyPlugin.ID, wrong), (a, b, c) -> {}));
    }
    assertTrue(host.generators().all().containsKey(FaultyPlugin.ID));
  }

  private JobStatus find(long id) {
    return host.jobs().list().stream().filter(one -> one.id() == id).findFirst().orElseThrow();
  }

  private WeakReference<Object> loader() {
    return new WeakReference<>(
        host.generators()
            .find(FaultyPlugin.ID)
            .orElseThrow()
            .generator()
            .getClass()
            .getClassLoader());
  }

  private static void assertCollected(WeakReference<Object> loader) throws Exception {
    for (int i = 0; i < 50 && loader.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(loader.get(), "the class loader of a plugin whose job has ended");
  }

  private interface Condition {
    boolean holds();
  }

  private static void until(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "waited for 10 s");
      Thread.sleep(5);
    }
  }
}
