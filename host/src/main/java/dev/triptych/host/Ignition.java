package dev.triptych.host;

import dev.triptych.host.bundles.Framework;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.imageio.ImageIO;

/**
 * The slow beginnings of the program, beside each other on threads of their own: libtorch with
 * tokenizers and ImageIO, and Felix.
 *
 * <p>Whoever touches DJL and ImageIO first decides for the whole process what they find, so it is
 * done here, on the program's own class loader; no bundle starts before {@link #await} returned.
 */
public final class Ignition implements AutoCloseable {
  private final FutureTask<Void> natives;
  private final FutureTask<Framework> framework;

  private Ignition(FutureTask<Void> natives, FutureTask<Framework> framework) {
    this.natives = natives;
    this.framework = framework;
  }

  /**
   * Begins.
   *
   * @param home the home folder, below which the natives are unpacked
   * @param withNatives whether to load libtorch
   */
  public static Ignition of(Path home, boolean withNatives) {
    return new Ignition(
        begin(
            "natives",
            () -> {
              writable(home);
              ImageIO.scanForPlugins();
              if (withNatives) {
                Natives.start(home);
              }
              return null;
            }),
        begin("felix", Framework::start));
  }

  /**
   * Waits for both and returns the framework.
   *
   * @throws IllegalArgumentException if the home folder cannot be written
   * @throws IOException if one of them does not start, saying which
   */
  Framework await() throws IOException {
    done(natives, "libtorch");
    return done(framework, "the bundle framework");
  }

  /**
   * Waits for both, for leaving the process inside them would crash it, and stops the framework.
   */
  @Override
  public void close() {
    try {
      done(natives, "libtorch");
    } catch (IOException | IllegalArgumentException e) {
      // it did not start: nothing to end
    }
    try {
      done(framework, "the bundle framework").close();
    } catch (IOException | IllegalArgumentException e) {
      // it did not start: nothing to end
    }
  }

  private static <T> FutureTask<T> begin(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(Ignition.class.getClassLoader());
    thread.start();
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
      throw new IOException("interrupted while " + what + " was starting", e);
    }
  }

  private static void writable(Path home) {
    try {
      Files.createDirectories(home);
      Files.delete(Files.createTempFile(home, "new-", ".tmp"));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the home folder " + home + " cannot be written; set TRIPTYCH_HOME to a folder that can",
          e);
    }
  }
}
