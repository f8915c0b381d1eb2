package dev.triptych.host;

import dev.triptych.host.bundles.Framework;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.prefs.Preferences;
import javax.imageio.ImageIO;

/**
 * The slow beginnings of the program, beside each other on threads of their own: ImageIO and what
 * must be known of DJL, then libtorch; and Felix.
 *
 * <p>Whoever touches DJL and ImageIO first decides for the whole process what they find, so it is
 * done here, on the program's own class loader; no bundle starts before {@link #await} returned.
 * libtorch itself may still be loading then: whoever needs it waits for it.
 */
public final class Ignition implements AutoCloseable {
  /** When libtorch is loaded. */
  public enum Libtorch {
    /** At once, beside everything else. */
    AT_ONCE,
    /** When a model is wanted. */
    WHEN_NEEDED,
    /** Never: no bundle may use a model. */
    NEVER
  }

  /** How long a user who said stop waits for what cannot be stopped. */
  public static final long PATIENCE_SECONDS = 5;

  private final Optional<Natives> natives;
  private final FutureTask<Void> finding;
  private final FutureTask<Framework> framework;

  private Ignition(
      Optional<Natives> natives, FutureTask<Void> finding, FutureTask<Framework> framework) {
    this.natives = natives;
    this.finding = finding;
    this.framework = framework;
  }

  /**
   * Begins.
   *
   * @param home the home folder, below which the natives are unpacked
   * @param libtorch when to load it
   */
  public static Ignition of(Path home, Libtorch libtorch) {
    Optional<Natives> natives =
        libtorch == Libtorch.NEVER ? Optional.empty() : Optional.of(new Natives(home));
    return new Ignition(
        natives,
        begin(
            "finding",
            () -> {
              writable(home);
              natives.ifPresent(Natives::prepare);
              if (libtorch == Libtorch.AT_ONCE) {
                natives.get().begin();
              }
              ImageIO.scanForPlugins();
              // the timer that comes with them must not be a thread of the job that plays first
              Preferences.userRoot();
              return null;
            }),
        begin("felix", Framework::start));
  }

  /**
   * Waits until bundles may start, and returns the framework.
   *
   * @throws IllegalArgumentException if the home folder cannot be written
   * @throws IOException if the framework does not start, saying why
   */
  Framework await() throws IOException {
    done(finding, "the program");
    return done(framework, "the bundle framework");
  }

  /** Returns libtorch; empty if it was not wanted. */
  Optional<Natives> natives() {
    return natives;
  }

  /**
   * Waits a few seconds for all, then removes what would be left of a process that ends at once.
   */
  public void abandon() {
    natives.ifPresent(Natives::settleSoon);
    try {
      framework.get(PATIENCE_SECONDS, TimeUnit.SECONDS).removeCache();
    } catch (ExecutionException | TimeoutException e) {
      // it did not start: nothing is left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for all, for leaving the process inside them would crash it, and stops the framework. */
  @Override
  public void close() {
    try {
      done(finding, "the program");
    } catch (IOException | IllegalArgumentException e) {
      // it did not start: nothing to end
    }
    natives.ifPresent(Natives::settle);
    try {
      done(framework, "the bundle framework").close();
    } catch (IOException | IllegalArgumentException e) {
      // it did not start: nothing to end
    }
  }

  /** Returns a thread that sees what the program itself sees. */
  static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(Ignition.class.getClassLoader());
    return thread;
  }

  private static <T> FutureTask<T> begin(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    thread(name, task).start();
    return task;
  }

  private static <T> T done(FutureTask<T> task, String what) throws IOException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException mistake) {
        throw mistake;
      }
      throw new IOException(what + " does not start: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + what + " started", e);
    }
  }

  private static void writable(Path home) {
    try {
      Files.createDirectories(home);
      Files.delete(Files.createTempFile(home, "new-", ".tmp"));
      Path prefs = home.resolve("prefs");
      if (prefs.toString().equals(System.getProperty("java.util.prefs.userRoot"))) {
        Files.createDirectories(prefs.resolve(".java/.userPrefs")); // Java would tell of making it
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the home folder " + home + " cannot be written; set TRIPTYCH_HOME to a folder that can",
          e);
    }
  }
}
