package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.JobListener;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.models.ledger.Entry;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin built outside comes, works, is updated and goes, while others work. */
class PluginLifecycleTest {
  private static final String ID = "example.bigram";
  private static final JobListener UNHEARD = (id, done, phase) -> {};

  @TempDir Path temp;

  @Test
  void aPluginBuiltOutsideComesWorksChangesAndGoes() throws Exception {
    Path first = OutsideBuild.plugin("1.0.0", true);
    Path next = OutsideBuild.plugin("1.1.0", false);
    Path steady = TestBundle.of("org.example.steady", "1.0.0", temp);
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService beside = Executors.newFixedThreadPool(2);
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of(steady));
    try (Host host = Host.start(options.withoutNatives())) {
      Future<Integer> other = beside.submit(worker(host, "example.steady", stop));
      WeakReference<ClassLoader> old = comeAndWork(host, first);

      AtomicBoolean leaving = new AtomicBoolean();
      Future<Integer> user = beside.submit(worker(host, ID, leaving));
      assertEquals("1.1.0", host.plugins().install(next, true).version());
      assertEquals("1.1.0", lineageVersion(host));
      assertCollected(old, "the class loader of the version that was replaced");

      WeakReference<ClassLoader> last = loader(host);
      leaving.set(true);
      assertTrue(user.get(30, TimeUnit.SECONDS) > 0, "calls of the plugin through its update");
      host.plugins().remove("org.example.bigram");
      assertThrows(IllegalArgumentException.class, () -> run(host, ID, Map.of()));
      assertEquals(List.of(), ownModels(host));
      assertCollected(last, "the class loader of the plugin that was removed");

      stop.set(true);
      assertTrue(other.get(30, TimeUnit.SECONDS) > 0, "calls of the other generator");
    } finally {
      stop.set(true);
      beside.shutdownNow();
    }
  }

  private WeakReference<ClassLoader> comeAndWork(Host host, Path jar) throws Exception {
    assertEquals(List.of(ID), host.plugins().install(jar, true).generators());
    Outcome outcome = run(host, ID, Map.of("lines", "3"));
    assertTrue(outcome.succeeded(), outcome.failure().toString());
    assertEquals(3, Files.readAllLines(outcome.works().get(0).path()).size());
    assertEquals("1.0.0", outcome.works().get(0).lineage().version());
    assertEquals(64, outcome.works().get(0).lineage().models().get("tyger").length());
    assertEquals(List.of("org.example.bigram.Bigrams"), ownModels(host));
    seePictures(host);
    stopOnce(host);
    return loader(host);
  }

  /** The host's ImageIO reads WebP for a plugin that knows nothing of it. */
  private void seePictures(Host host) throws Exception {
    for (String picture : List.of("dark", "bright")) {
      Path file = Path.of(getClass().getResource(picture + ".webp").toURI());
      var work = host.works().take(file, List.of("image/webp"));
      Request request = request(Map.of()).withInputs(Map.of("picture", work));
      Outcome outcome = host.jobs().run(List.of(Order.of(ID, request)), UNHEARD).get(0);
      assertTrue(outcome.succeeded(), outcome.failure().toString());
      assertEquals(picture, outcome.works().get(0).lineage().notes().get("picture"));
      assertEquals(List.of(work.id()), outcome.works().get(0).lineage().sources());
    }
  }

  private void stopOnce(Host host) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    long works = files(host);
    Jobs.Placed job =
        host.jobs()
            .submit(
                Order.of(ID, request(Map.of("lines", "100000"))),
                (id, done, phase) -> {
                  begun.countDown();
                  try {
                    cancelled.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertTrue(begun.await(10, TimeUnit.SECONDS));
    job.cancel();
    cancelled.countDown();
    Outcome outcome = job.await(5, TimeUnit.SECONDS).orElseThrow();
    assertEquals(Fault.CANCELLED, outcome.failure().orElseThrow().fault());
    assertEquals(List.of(), outcome.works());
    assertEquals(
        0,
        host.models().entries().stream()
            .filter(e -> e.id().equals("tyger"))
            .findAny()
            .orElseThrow()
            .leases());
    assertTrue(files(host) >= works);
  }

  private static long files(Host host) throws Exception {
    try (var walk = Files.walk(host.home())) {
      List<Path> all = walk.filter(Files::isRegularFile).toList();
      assertFalse(
          all.stream().anyMatch(f -> f.toString().endsWith(".tmp")), "half-written: " + all);
      return all.size();
    }
  }

  private static String lineageVersion(Host host) throws Exception {
    return run(host, ID, Map.of()).works().get(0).lineage().version();
  }

  private static WeakReference<ClassLoader> loader(Host host) {
    ClassLoader loader =
        host.generators().find(ID).orElseThrow().generator().getClass().getClassLoader();
    assertNotSame(PluginLifecycleTest.class.getClassLoader(), loader);
    return new WeakReference<>(loader);
  }

  private static List<String> ownModels(Host host) {
    return host.models().entries().stream().map(Entry::type).toList();
  }

  /** Generates again and again until told to stop; every call must succeed. */
  private static Callable<Integer> worker(Host host, String id, AtomicBoolean stop) {
    return () -> {
      int calls = 0;
      while (!stop.get()) {
        Outcome outcome = run(host, id, Map.of());
        assertTrue(outcome.succeeded(), outcome.failure().toString());
        calls++;
      }
      return calls;
    };
  }

  private static Outcome run(Host host, String id, Map<String, String> values)
      throws InterruptedException {
    return host.jobs().run(List.of(Order.of(id, request(values))), UNHEARD).get(0);
  }

  private static Request request(Map<String, String> values) {
    return Request.of("tiger", Plan.of(Map.of("language", "en")), 7).withValues(values);
  }

  private static void assertCollected(WeakReference<?> reference, String what) throws Exception {
    for (int i = 0; i < 100 && reference.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(reference.get(), what + " is still there");
  }
}
