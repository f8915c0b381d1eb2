package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.jobs.Bounds;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.works.StoredWork;
import dev.triptych.testkit.faults.FaultyPlugin;
import dev.triptych.testkit.faults.PluginFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin in a process of its own works as in the host's, and cannot end the host. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolatedPluginsTest {
  private static final String NAME = "dev.triptych.it.isolated";
  private static final String ID = "sample.wayward";
  private static final Request REQUEST = Request.of("rain on slate", Plan.of(Map.of()), 7);

  @TempDir private static Path temp;
  private Host host;
  private StoredWork work;

  @BeforeAll
  void start() throws Exception {
    System.setProperty("triptych.worker.heapMiB", "128");
    Duration soon = Duration.ofMillis(500);
    host =
        Host.start(
            Host.Options.of(Home.of(temp.resolve("home")), List.of())
                .withoutNatives()
                .withDrainMillis(200)
                .withBounds(Bounds.USUAL.withTimes(Duration.ofMinutes(1), soon).withFailures(99)));
    host.plugins().install(TestBundle.of(NAME, "1.0.0", temp), true);
    work = made(REQUEST); // in the host's own process
    isolate(TestBundle.of(NAME, "1.0.0", temp));
  }

  @AfterAll
  void end() throws Exception {
    System.clearProperty("triptych.worker.heapMiB");
    host.close();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (ProcessHandle.current().children().anyMatch(ProcessHandle::isAlive)) {
      assertTrue(System.nanoTime() < end, "a worker lives on");
      Thread.sleep(5);
    }
  }

  private Plugin isolate(Path jar) throws Exception {
    return host.plugins().install(Candidate.read(jar), new Terms(true).isolated());
  }

  private Jobs.Placed place(Order order) {
    return host.jobs().submit(order, (generator, done, phase) -> {});
  }

  private Outcome ended(String way) throws Exception {
    return place(Order.of(ID, REQUEST.withValues(Map.of("way", way)))).await();
  }

  private StoredWork made(Request request) throws Exception {
    Outcome outcome = place(Order.of(ID, request)).await();
    assertTrue(outcome.succeeded(), outcome.toString());
    assertEquals(List.of(), outcome.remarks());
    return outcome.works().get(0);
  }

  @Test
  void itsWorkIsTheSameAndSoIsItsRecord() throws Exception {
    StoredWork isolated = made(REQUEST);
    assertArrayEquals(work.bytes(), isolated.bytes());
    assertEquals(work.record(), isolated.record());
    assertEquals("rain on slate 雨 7", Files.readString(isolated.path()));
  }

  @Test
  void noneOfItsClassesIsInTheHost() {
    var plugged = host.generators().find(ID).orElseThrow();
    assertThrows(
        ClassNotFoundException.class, () -> plugged.bundle().loadClass(NAME + ".WaywardGenerator"));
    assertEquals("way", plugged.descriptor().parameters().get(0).name());
    assertEquals("well", plugged.descriptor().parameters().get(0).initial().orElseThrow());
    assertTrue(host.plugins().find(NAME).installed().orElseThrow().isolated());
  }

  @ParameterizedTest
  @CsvSource({
    "mistaken, MISTAKE, the way is closed",
    "halt, FAILURE, its worker ended with exit code 73",
    "exit, FAILURE, its worker ended with exit code 70",
    "hoard, FAILURE, its worker ran out of memory",
    "large, FAILURE, a work of an isolated plugin may have at most 64 MB",
    "garbage, FAILURE, its worker broke the rules of the pipe",
  })
  void itsJobFailsInOneSentenceAndTheNextSucceeds(String way, Fault fault, String part)
      throws Exception {
    Outcome outcome = ended(way);
    var failure = outcome.failure().orElseThrow();
    assertEquals(fault, failure.fault(), failure.sentence());
    assertTrue(failure.sentence().contains(part), failure.sentence());
    assertFalse(failure.sentence().contains("\n"), failure.sentence());
    assertEquals(work.record(), made(REQUEST).record());
  }

  @Test
  void whatItPrintsDoesNotReachThePipe() throws Exception {
    Outcome outcome = ended("prints");
    assertTrue(outcome.succeeded(), outcome.toString());
  }

  @Test
  void oneThatHangsIsEndedWithItsWorker() throws Exception {
    Jobs.Placed job = place(Order.of(ID, REQUEST.withValues(Map.of("way", "hang"))));
    while (!job.status().phase().equals("going")) {
      Thread.sleep(5);
    }
    List<ProcessHandle> workers = ProcessHandle.current().children().toList();
    job.cancel();
    Outcome outcome = job.await(5, TimeUnit.SECONDS).orElseThrow();
    assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (workers.stream().allMatch(ProcessHandle::isAlive)) {
      assertTrue(System.nanoTime() < end, "its worker lives on");
      Thread.sleep(5);
    }
  }

  @Test
  void onePluginMayBeIsolatedForOneJob() throws Exception {
    host.plugins().install(FaultyPlugin.writeSound(temp.resolve("sound")), true);
    Order order = Order.of(FaultyPlugin.SOUND_ID, REQUEST);
    Outcome here = place(order).await();
    Outcome there = place(order.inItsOwnProcess()).await();
    assertTrue(there.succeeded(), there.toString());
    assertArrayEquals(here.works().get(0).bytes(), there.works().get(0).bytes());
    host.plugins().remove(FaultyPlugin.SOUND_NAME);
  }

  @Test
  void oneThatCannotDescribeItselfIsNotInstalled() throws Exception {
    var before = host.plugins().list();
    Path jar = FaultyPlugin.write(PluginFault.THROWS_IN_DESCRIPTOR, temp.resolve("mute"));
    var refused = assertThrows(IllegalArgumentException.class, () -> isolate(jar));
    assertTrue(refused.getMessage().contains("words fail it"), refused.getMessage());
    assertEquals(before, host.plugins().list());
  }
}
