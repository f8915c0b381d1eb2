package dev.triptych.models.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AdmissionTest {
  private static final ModelSource FOLDERS = ModelSource.folders();

  @TempDir Path temp;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** A model that takes nothing but the bytes of its file. */
  private record Nothing() implements AutoCloseable {
    @Override
    public void close() {}
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private ModelSpec<Nothing> spec(String id, int bytes) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(id));
    byte[] content = new byte[bytes];
    content[0] = (byte) id.hashCode(); // equal bytes would be one model
    Files.write(folder.resolve("model.safetensors"), content);
    return ModelSpec.of(id, ModelFiles.folder(folder), Nothing.class, (f, p) -> new Nothing());
  }

  private ModelManager manager(int jobs) {
    return new ModelManager(temp.resolve("home"), 1000, Devices.cpu(), jobs);
  }

  private Future<Admission> later(ModelManager manager, ModelSpec<?> spec) {
    return threads.submit(() -> manager.admit("p", List.of(spec), FOLDERS, 0));
  }

  private static void assertWaits(Future<Admission> job) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(50);
    assertFalse(job.isDone());
  }

  @Test
  void noMoreJobsRunThanMay() throws Exception {
    ModelSpec<Nothing> small = spec("small", 10);
    try (ModelManager manager = manager(2)) {
      Admission first = manager.admit("p", List.of(small), FOLDERS, 0);
      Admission second = manager.admit("p", List.of(small), FOLDERS, 0);
      Future<Admission> third = later(manager, small);
      assertWaits(third);
      first.giveWay();
      third.get().close();
      first.comeBack();
      Future<Admission> fourth = later(manager, small);
      assertWaits(fourth);
      first.close();
      fourth.get().close();
      second.close();
    }
  }

  @Test
  void whatAJobAnnouncedIsItsOwn() throws Exception {
    ModelSpec<Nothing> large = spec("large", 600);
    ModelSpec<Nothing> other = spec("other", 500);
    try (ModelManager manager = manager(4)) {
      Admission first = manager.admit("p", List.of(large), FOLDERS, 0);
      Future<Admission> second = later(manager, other);
      assertWaits(second); // nothing is loaded yet, but it was promised
      assertEquals(0, manager.usedBytes());
      first.lease(large, FOLDERS).close();
      assertEquals(600, manager.usedBytes());
      first.close();
      Admission in = second.get();
      in.lease(other, FOLDERS).close();
      assertEquals(500, manager.usedBytes(), "the idle one made room");
      in.close();
    }
  }

  @Test
  void theRunCountsBesideTheModels() throws Exception {
    ModelSpec<Nothing> half = spec("half", 500);
    try (ModelManager manager = manager(4)) {
      Admission first = manager.admit("p", List.of(half), FOLDERS, 300);
      Future<Admission> second =
          threads.submit(() -> manager.admit("p", List.of(half), FOLDERS, 300));
      assertWaits(second); // the model is shared, but two runs are too much
      first.close();
      second.get().close();
    }
  }

  @Test
  void aLargeJobIsOvertakenAFewTimesAtMost() throws Exception {
    ModelSpec<Nothing> large = spec("large", 900);
    ModelSpec<Nothing> small = spec("small", 100);
    try (ModelManager manager = manager(100)) {
      List<Admission> inside = new ArrayList<>();
      inside.add(manager.admit("p", List.of(small), FOLDERS, 50));
      Future<Admission> big = later(manager, large);
      assertWaits(big);
      for (int i = 0; i < Books.MAX_OVERTAKEN; i++) {
        inside.add(manager.admit("p", List.of(small), FOLDERS, 50));
      }
      Future<Admission> late =
          threads.submit(() -> manager.admit("p", List.of(small), FOLDERS, 50));
      assertWaits(late); // there is room, but the large one has waited long enough
      assertFalse(big.isDone());
      inside.forEach(Admission::close);
      big.get().close();
      late.get().close();
    }
  }

  @Test
  void whatCanNeverFitIsRefused() throws Exception {
    ModelSpec<Nothing> large = spec("large", 900);
    try (ModelManager manager = manager(4)) {
      IOException e =
          assertThrows(
              IOException.class, () -> manager.admit("a.plugin", List.of(large), FOLDERS, 200));
      assertTrue(e.getMessage().contains("raise the budget"), e.getMessage());
      manager.admit("p", List.of(large), FOLDERS, 0).close();
    }
  }

  @Test
  void aJobThatKeepsALeaseGivesItsSlotAtOnceAndItsBytesLater() throws Exception {
    ModelSpec<Nothing> half = spec("half", 600);
    ModelSpec<Nothing> other = spec("other", 600);
    ModelSpec<Nothing> small = spec("small", 10);
    try (ModelManager manager = manager(1)) {
      Admission stuck = manager.admit("p", List.of(half), FOLDERS, 0);
      Share<Nothing> kept = stuck.lease(half, FOLDERS);
      stuck.close();
      assertThrows(IllegalStateException.class, () -> stuck.lease(half, FOLDERS));
      manager.admit("p", List.of(small), FOLDERS, 0).close();
      Future<Admission> next = later(manager, other);
      assertWaits(next);
      kept.close();
      next.get().close();
    }
  }

  @Test
  void waitingCanBeInterrupted() throws Exception {
    ModelSpec<Nothing> small = spec("small", 10);
    try (ModelManager manager = manager(1)) {
      Admission first = manager.admit("p", List.of(small), FOLDERS, 0);
      CountDownLatch stopped = new CountDownLatch(1);
      Thread waits =
          new Thread(
              () -> {
                try {
                  manager.admit("p", List.of(small), FOLDERS, 0);
                } catch (InterruptedException e) {
                  stopped.countDown();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      waits.start();
      TimeUnit.MILLISECONDS.sleep(50);
      waits.interrupt();
      assertTrue(stopped.await(10, TimeUnit.SECONDS));
      first.close();
      manager.admit("p", List.of(small), FOLDERS, 0).close();
    }
  }
}
