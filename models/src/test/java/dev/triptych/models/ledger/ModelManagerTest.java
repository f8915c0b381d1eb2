package dev.triptych.models.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.ext.Weighed;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ModelManagerTest {
  private static final long MIB = 1 << 20;

  @TempDir Path temp;
  private final AtomicInteger loads = new AtomicInteger();

  /** A model that holds its folder's one file and knows whether it is closed. */
  static class Bytes implements AutoCloseable, Weighed {
    final String text;
    final long size;
    volatile boolean closed;

    Bytes(Path folder) throws IOException {
      Path file = folder.resolve("model.safetensors");
      text = Files.readString(file);
      size = Long.parseLong(text.split(" ")[0]);
    }

    @Override
    public long mappedBytes() {
      return size;
    }

    @Override
    public long privateBytes() {
      return 0;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Makes a folder of a model that weighs as many bytes as its text says. */
  private ModelSpec<Bytes> spec(String id, String text) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("models").resolve(id));
    Files.writeString(folder.resolve("model.safetensors"), text);
    return ModelSpec.of(
        id,
        ModelFiles.folder(folder),
        Bytes.class,
        (files, placement) -> {
          loads.incrementAndGet();
          return new Bytes(files);
        });
  }

  private ModelManager manager(long budget) {
    return new ModelManager(temp.resolve("home"), budget);
  }

  private Share<Bytes> lease(ModelManager manager, ModelSpec<Bytes> spec) throws Exception {
    return manager.lease(spec, ModelSource.folders());
  }

  @Test
  void equalBytesShareWhateverTheirName() throws Exception {
    try (ModelManager manager = manager(10 * MIB);
        Share<Bytes> one = lease(manager, spec("one", "100 same"));
        Share<Bytes> two = lease(manager, spec("two", "100 same"))) {
      assertSame(one.model(), two.model());
      assertEquals(one.digest(), two.digest());
      assertEquals(1, loads.get());
      Entry entry = manager.entries().get(0);
      assertEquals(2, entry.leases());
      assertEquals(100, entry.mappedBytes());
      assertTrue(entry.idleSince().isEmpty());
      assertEquals(1, manager.entries().size());
    }
  }

  @Test
  void equalNamesDoNotShareOtherBytes() throws Exception {
    ModelSpec<Bytes> spec = spec("same", "100 old");
    try (ModelManager manager = manager(10 * MIB);
        Share<Bytes> old = lease(manager, spec)) {
      Files.writeString(temp.resolve("models/same/model.safetensors"), "100 new");
      try (Share<Bytes> fresh = lease(manager, spec)) {
        assertNotSame(old.model(), fresh.model());
        assertNotEquals(old.digest(), fresh.digest());
        assertEquals("100 old", old.model().text);
        assertEquals("100 new", fresh.model().text);
      }
    }
  }

  @Test
  void anotherPrecisionDoesNotShareAndIsWhatTheSpecAsksFor() throws Exception {
    ModelSpec<Bytes> spec = spec("one", "100 same");
    try (ModelManager manager = manager(10 * MIB);
        Share<Bytes> own = lease(manager, spec);
        Share<Bytes> half = lease(manager, spec.withDtype("bfloat16"))) {
      assertNotSame(own.model(), half.model());
      assertEquals("bfloat16", half.placement().dtype());
      assertEquals(own.placement().device(), half.placement().device());
      assertEquals(own.digest(), half.digest());
    }
  }

  @Test
  void anotherTypeDoesNotShare() throws Exception {
    class Other extends Bytes {
      Other(Path folder) throws IOException {
        super(folder);
      }
    }
    ModelSpec<Bytes> bytes = spec("one", "100");
    ModelSpec<Other> other =
        ModelSpec.of("one", bytes.files(), Other.class, (folder, placement) -> new Other(folder));
    try (ModelManager manager = manager(10 * MIB);
        Share<Bytes> one = lease(manager, bytes);
        Share<Other> two = manager.lease(other, ModelSource.folders())) {
      assertNotSame(one.model(), two.model());
      assertEquals(one.digest(), two.digest());
    }
  }

  @Test
  void digestIsOverSortedNamesAndBytes() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("many/unet"));
    Files.writeString(folder.resolve("b.json"), "b");
    Files.writeString(folder.resolveSibling("a.json"), "a");
    Files.writeString(folder.resolveSibling(".gitattributes"), "left out");
    var files = ModelSource.folders().files(ModelFiles.folder(temp.resolve("many")));
    assertEquals(List.of("a.json", "unet/b.json"), List.copyOf(files.keySet()));
    var sha = Digests.sha256();
    String a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    String b = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
    byte[] expected = sha.digest(("a.json\n" + a + "\nunet/b.json\n" + b + "\n").getBytes());
    assertEquals(java.util.HexFormat.of().formatHex(expected), Digests.inMemory().of(files));
  }

  @Test
  void manyAskersLoadOnce() throws Exception {
    ModelSpec<Bytes> spec = spec("one", "100");
    ModelSpec<Bytes> slow =
        ModelSpec.of(
            "one",
            spec.files(),
            Bytes.class,
            (folder, placement) -> {
              pause(100);
              return spec.loader().load(folder, placement);
            });
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try (ModelManager manager = manager(10 * MIB)) {
      List<Callable<Bytes>> askers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        askers.add(
            () -> {
              try (Share<Bytes> share = lease(manager, slow)) {
                return share.model();
              }
            });
      }
      Bytes first = null;
      for (Future<Bytes> asker : pool.invokeAll(askers)) {
        first = first == null ? asker.get() : first;
        assertSame(first, asker.get());
      }
      assertEquals(1, loads.get());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void failureGoesToTheAskerAndDoesNotPoison() throws Exception {
    ModelSpec<Bytes> good = spec("one", "100");
    AtomicInteger calls = new AtomicInteger();
    ModelSpec<Bytes> flaky =
        ModelSpec.of(
            "one",
            good.files(),
            Bytes.class,
            (folder, placement) -> {
              switch (calls.incrementAndGet()) {
                case 1:
                  throw new IOException("model.safetensors is cut");
                case 2:
                  throw new NoClassDefFoundError("gone");
                case 3:
                  return null;
                default:
                  return new Bytes(folder);
              }
            });
    try (ModelManager manager = manager(10 * MIB)) {
      IOException cut = assertThrows(IOException.class, () -> lease(manager, flaky));
      assertEquals("model.safetensors is cut", cut.getMessage());
      assertThrows(NoClassDefFoundError.class, () -> lease(manager, flaky));
      assertThrows(IOException.class, () -> lease(manager, flaky));
      assertEquals(0, manager.usedBytes());
      try (Share<Bytes> share = lease(manager, flaky)) {
        assertEquals("100", share.model().text);
      }
    }
  }

  @Test
  void theIdleModelUsedLongestAgoGoesFirst() throws Exception {
    ModelSpec<Bytes> a = spec("a", "100 a");
    ModelSpec<Bytes> b = spec("b", "100 b");
    ModelSpec<Bytes> c = spec("c", "100 c");
    try (ModelManager manager = manager(250)) {
      Bytes first = used(manager, a);
      Bytes second = used(manager, b);
      used(manager, a); // so that b is the oldest
      Bytes third = used(manager, c);
      assertFalse(first.closed);
      assertTrue(second.closed);
      assertFalse(third.closed);
      assertEquals(200, manager.usedBytes());
      assertEquals(List.of("a", "c"), manager.entries().stream().map(Entry::id).toList());
      assertTrue(manager.entries().get(0).idleSince().isPresent());
      assertSame(first, used(manager, a));
    }
  }

  @Test
  void aModelInUseIsNeverEvictedAndTheAskerWaits() throws Exception {
    ModelSpec<Bytes> a = spec("a", "100 a");
    ModelSpec<Bytes> b = spec("b", "100 b");
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (ModelManager manager = manager(150)) {
      Share<Bytes> held = lease(manager, a);
      Bytes first = held.model();
      Future<Bytes> asker = pool.submit(() -> used(manager, b));
      pause(200);
      assertFalse(asker.isDone());
      assertFalse(first.closed);
      held.close();
      assertEquals("100 b", asker.get(10, TimeUnit.SECONDS).text);
      assertTrue(first.closed);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void waitingForRoomCanBeInterrupted() throws Exception {
    ModelSpec<Bytes> a = spec("a", "100 a");
    ModelSpec<Bytes> b = spec("b", "100 b");
    try (ModelManager manager = manager(150);
        Share<Bytes> held = lease(manager, a)) {
      Throwable[] end = new Throwable[1];
      Thread asker =
          new Thread(
              () -> {
                try {
                  used(manager, b);
                } catch (Throwable e) {
                  end[0] = e;
                }
              });
      asker.start();
      pause(200);
      assertNull(end[0]);
      asker.interrupt();
      asker.join(5000);
      assertTrue(end[0] instanceof InterruptedException, String.valueOf(end[0]));
      assertEquals("100 a", held.model().text);
      assertEquals(100, manager.usedBytes());
    }
  }

  @Test
  void generationsThatWaitForEachOtherAreTold() throws Exception {
    ModelSpec<Bytes> a = spec("a", "100 a");
    ModelSpec<Bytes> b = spec("b", "100 b");
    CountDownLatch bothHold = new CountDownLatch(2);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (ModelManager manager = manager(250)) {
      ModelSpec<Bytes> c = spec("c", "100 c");
      ModelSpec<Bytes> d = spec("d", "100 d");
      Future<Bytes> one = pool.submit(() -> holding(manager, a, c, bothHold));
      Future<Bytes> two = pool.submit(() -> holding(manager, b, d, bothHold));
      int failed = 0;
      for (Future<Bytes> asker : List.of(one, two)) {
        try {
          asker.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          assertTrue(e.getCause().getMessage().contains("wait for room themselves"));
          failed++;
        }
      }
      assertEquals(1, failed); // the other one gets its room
      IOException alone =
          assertThrows(
              IOException.class,
              () -> {
                try (Share<Bytes> x = lease(manager, a);
                    Share<Bytes> y = lease(manager, b)) {
                  lease(manager, c).close();
                }
              });
      assertTrue(alone.getMessage().startsWith("model c needs 0.0 MiB"), alone.getMessage());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aModelLargerThanTheBudgetIsRefused() throws Exception {
    ModelSpec<Bytes> byItsFiles = spec("big", "1" + " ".repeat(2000));
    ModelSpec<Bytes> onceLoaded = spec("heavy", "5000");
    try (ModelManager manager = manager(1000)) {
      IOException files = assertThrows(IOException.class, () -> lease(manager, byItsFiles));
      assertTrue(files.getMessage().contains("whole memory budget"), files.getMessage());
      assertEquals(0, loads.get());
      assertThrows(IOException.class, () -> lease(manager, onceLoaded));
      assertThrows(IOException.class, () -> lease(manager, onceLoaded));
      assertEquals(1, loads.get()); // the second time its weight is known
      assertEquals(0, manager.usedBytes());
    }
  }

  @Test
  void aModelThatTurnsOutHeavierEvictsOrWaits() throws Exception {
    ModelSpec<Bytes> small = spec("small", "100 a");
    ModelSpec<Bytes> heavy = spec("heavy", "950");
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (ModelManager manager = manager(1000)) {
      Share<Bytes> held = lease(manager, small);
      Future<Bytes> asker = pool.submit(() -> used(manager, heavy));
      pause(200);
      assertFalse(asker.isDone());
      assertEquals(100, manager.usedBytes());
      held.close();
      assertEquals(950, asker.get(10, TimeUnit.SECONDS).size);
      assertEquals(950, manager.usedBytes());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void underLoadNoModelIsClosedInUseAndTheBudgetHolds() throws Exception {
    List<ModelSpec<Bytes>> specs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      specs.add(spec("m" + i, (60 + 10 * i) + " bytes of " + i));
    }
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try (ModelManager manager = manager(300)) {
      for (ModelSpec<Bytes> spec : specs) {
        lease(manager, spec).close(); // what a model takes is known once it was loaded
      }
      List<Callable<Integer>> askers = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        SplittableRandom random = new SplittableRandom(thread);
        askers.add(
            () -> {
              for (int i = 0; i < 300; i++) {
                ModelSpec<Bytes> spec = specs.get(random.nextInt(specs.size()));
                try (Share<Bytes> share = lease(manager, spec)) {
                  Bytes model = share.model();
                  Thread.yield();
                  assertFalse(model.closed, "closed while in use");
                  assertTrue(model.text.endsWith(spec.id().substring(1)), "another model");
                  assertTrue(manager.usedBytes() <= 300, "over the budget");
                }
              }
              return 300;
            });
      }
      for (Future<Integer> asker : pool.invokeAll(askers)) {
        assertEquals(300, asker.get());
      }
      assertTrue(loads.get() > specs.size(), "nothing was ever evicted");
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aPinnedModelStaysThoughRoomIsWanted() throws Exception {
    ModelSpec<Bytes> kept = spec("kept", "400");
    ModelSpec<Bytes> other = spec("other", "401");
    ModelSpec<Bytes> third = spec("third", "402");
    try (ModelManager manager = manager(1000)) {
      lease(manager, kept).close();
      assertEquals(1, manager.pin("kept", true).size());
      lease(manager, other).close();
      lease(manager, third).close();
      assertEquals(List.of("kept", "third"), manager.entries().stream().map(Entry::id).toList());
      assertTrue(manager.entries().get(0).pinned());
      assertEquals(1, manager.pin(manager.entries().get(0).digest().substring(0, 8), false).size());
      lease(manager, other).close();
      assertEquals(List.of("third", "other"), manager.entries().stream().map(Entry::id).toList());
      assertEquals(List.of(), manager.pin("unknown", true));
    }
  }

  @Test
  void aModelIsLetGoOnDemand() throws Exception {
    ModelSpec<Bytes> spec = spec("a", "400");
    try (ModelManager manager = manager(1000)) {
      Share<Bytes> held = lease(manager, spec);
      Bytes model = held.model();
      assertEquals(1, manager.evict("a").size());
      assertFalse(model.closed, "it is in use");
      held.close();
      assertTrue(model.closed);
      assertEquals(List.of(), manager.evict("a"));
    }
  }

  @Test
  void aModelThatNobodyHeldForSomeTimeGoes() throws Exception {
    ModelSpec<Bytes> spec = spec("a", "400");
    ModelSpec<Bytes> held = spec("b", "401");
    ModelSpec<Bytes> pinned = spec("c", "199");
    try (ModelManager manager = manager(1000)) {
      manager.keepAlive(Duration.ofMillis(50));
      lease(manager, spec).close();
      try (Share<Bytes> share = lease(manager, held)) {
        lease(manager, pinned).close();
        manager.pin("c", true);
        while (manager.entries().stream().anyMatch(entry -> entry.id().equals("a"))) {
          pause(5);
        }
        pause(300);
        assertFalse(share.model().closed);
        assertEquals(List.of("b", "c"), manager.entries().stream().map(Entry::id).toList());
      }
    }
  }

  @Test
  void closedLeaseGivesNoModel() throws Exception {
    try (ModelManager manager = manager(10 * MIB)) {
      Share<Bytes> share = lease(manager, spec("a", "100"));
      share.close();
      share.close();
      assertThrows(IllegalStateException.class, share::model);
      assertEquals(0, manager.entries().get(0).leases());
    }
  }

  @Test
  void missingFilesAreNamed() throws Exception {
    ModelSpec<Bytes> none =
        ModelSpec.of("none", ModelFiles.hub("nobody/nothing"), Bytes.class, (f, p) -> new Bytes(f));
    try (ModelManager manager = manager(10 * MIB)) {
      IOException e = assertThrows(IOException.class, () -> lease(manager, none));
      assertTrue(e.getMessage().contains("none has no files at nobody/nothing"), e.getMessage());
    }
  }

  @Test
  void closingTheManagerClosesModels() throws Exception {
    ModelManager manager = manager(10 * MIB);
    Bytes idle = used(manager, spec("idle", "100"));
    Share<Bytes> held = lease(manager, spec("held", "200"));
    Bytes inUse = held.model();
    manager.close();
    assertTrue(idle.closed);
    assertFalse(inUse.closed);
    held.close();
    assertTrue(inUse.closed);
    assertThrows(IllegalStateException.class, () -> lease(manager, spec("new", "300")));
  }

  @Test
  void modelsGoWithTheClassLoaderTheyCameFrom() throws Exception {
    ModelSpec<Bytes> host = spec("host", "100");
    try (ModelManager manager = manager(10 * MIB)) {
      Bytes stays = used(manager, host);
      WeakReference<ClassLoader> gone = leaseForeign(manager, host);
      assertFalse(stays.closed);
      assertEquals(List.of("host"), manager.entries().stream().map(Entry::id).toList());
      for (int i = 0; i < 50 && gone.get() != null; i++) {
        System.gc();
        pause(20);
      }
      assertNull(gone.get(), "the manager keeps the class loader");
    }
  }

  private WeakReference<ClassLoader> leaseForeign(ModelManager manager, ModelSpec<Bytes> host)
      throws Exception {
    URL classes = Bytes.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader parent = ModelSpec.class.getClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes}, parent) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(Bytes.class.getName())
                ? findClass(name)
                : super.loadClass(name, resolve);
          }
        }) {
      ModelSpec<?> foreign = foreign(loader.loadClass(Bytes.class.getName()), host.files());
      Share<?> held = manager.lease(foreign, ModelSource.folders());
      AutoCloseable model = (AutoCloseable) held.model();
      assertFalse(manager.evictLoadedBy(loader, 0));
      assertEquals(2, manager.entries().size()); // it is leased
      held.close();
      assertTrue(manager.evictLoadedBy(loader, 0));
      assertEquals(1, manager.entries().size());
      var closed = model.getClass().getDeclaredField("closed");
      closed.setAccessible(true);
      assertTrue(closed.getBoolean(model));
      return new WeakReference<>(loader);
    }
  }

  private static ModelSpec<?> foreign(Class<?> type, ModelFiles files) {
    return ModelSpec.of(
        "foreign",
        files,
        type.asSubclass(AutoCloseable.class),
        (folder, placement) -> {
          try {
            var constructor = type.getDeclaredConstructor(Path.class);
            constructor.setAccessible(true);
            return (AutoCloseable) constructor.newInstance(folder);
          } catch (ReflectiveOperationException e) {
            throw new IOException(e);
          }
        });
  }

  private Bytes holding(
      ModelManager manager, ModelSpec<Bytes> first, ModelSpec<Bytes> then, CountDownLatch hold)
      throws Exception {
    try (Share<Bytes> one = lease(manager, first)) {
      hold.countDown();
      hold.await();
      return used(manager, then);
    }
  }

  private Bytes used(ModelManager manager, ModelSpec<Bytes> spec) throws Exception {
    try (Share<Bytes> share = lease(manager, spec)) {
      return share.model();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
