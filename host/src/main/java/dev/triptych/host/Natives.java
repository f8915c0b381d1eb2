package dev.triptych.host;

import ai.djl.engine.Engine;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * libtorch and the tokenizers, loaded once for the whole process, by whoever needs them first. [any
 * thread]
 *
 * <p>Loading takes a third of a second of a processor, so it may go on while bundles start. What
 * must not wait is {@link #prepare}: whoever touches DJL first decides what the process finds.
 *
 * <p>The launcher script sets the environment that DJL reads; where it is not set (a test, another
 * launcher) the same is said in system properties, which DJL reads too.
 */
final class Natives {
  private final Path folder;
  private final FutureTask<Void> loading = new FutureTask<>(this::load);
  private volatile boolean begun;
  private volatile Instant loaded;

  /** Loads below a home folder, when asked. */
  Natives(Path home) {
    this.folder = home.resolve("natives");
  }

  /** Lets DJL find its engine on the program's own class loader. */
  void prepare() {
    unlessSet("DJL_CACHE_DIR", folder.toString());
    unlessSet("DJL_OFFLINE", "true");
    unlessSet("OPT_OUT_TRACKING", "true");
    unlessSet("RUST_FLAVOR", "cpu");
    Engine.getAllEngines();
  }

  /** Begins to load on a thread of its own, unless somebody did. */
  void begin() {
    begun = true;
    Ignition.thread("natives", loading).start();
  }

  /**
   * Loads, or waits until they are loaded.
   *
   * @throws IOException if they cannot be, saying why
   */
  void await() throws IOException {
    begun = true;
    loading.run(); // does nothing if another thread does it, or did
    try {
      loading.get();
    } catch (ExecutionException e) {
      throw new IOException("libtorch does not start: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while libtorch started", e);
    }
  }

  /** Returns when they were loaded; empty if they are not. */
  Optional<Instant> loaded() {
    return Optional.ofNullable(loaded);
  }

  /** Waits for a load that was begun, for leaving the process inside it would crash it. */
  void settle() {
    try {
      if (begun) {
        await();
      }
    } catch (IOException e) {
      // they did not start: nothing to end
    }
  }

  /** Waits a few seconds for a load that was begun. */
  void settleSoon() {
    try {
      if (begun) {
        loading.get(Ignition.PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      // they did not start: nothing to end
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Unpacks and loads, one process of this home at a time; the first start takes seconds. */
  private Void load() throws IOException {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        Torch.start();
        loaded = Instant.now();
      }
    } catch (IOException e) {
      throw new IOException("the natives cannot be unpacked below " + folder, e);
    }
    return null;
  }

  /** Returns what of this machine decides the bytes that a model makes. */
  static Map<String, String> environment() {
    return Map.of("libtorch", Torch.libtorch(), "instructionSet", Torch.instructionSet());
  }

  private static void unlessSet(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
