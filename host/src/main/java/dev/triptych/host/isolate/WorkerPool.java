package dev.triptych.host.isolate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Descriptor;
import dev.triptych.host.isolate.Wire.Frame;
import dev.triptych.host.isolate.Wire.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The workers of one plugin. [any thread] */
final class WorkerPool implements AutoCloseable {
  /** System property: how much heap a worker has, in MiB. */
  static final String HEAP = "triptych.worker.heapMiB";

  /** System property: after how many seconds without a job a worker is let go. */
  static final String IDLE = "triptych.worker.idleSeconds";

  private static final String MAIN = "dev.triptych.host.worker.Worker";
  private static final int USUAL_HEAP = 512;
  private static final int USUAL_IDLE = 60;
  private static final long START_SECONDS = 30;
  private static final int MAX_GENERATORS = 64;
  private static final int NEWER = 24; // Java versions from here on warn of natives and Unsafe

  /** What all workers share. */
  record Surroundings(Path home, boolean natives, ThreadGroup group) {}

  private record Idle(WorkerProcess worker, long since) {}

  private final Surroundings surroundings;
  private final Path jar;
  private final Deque<Idle> idle = new ArrayDeque<>();
  private final List<WorkerProcess> busy = new ArrayList<>();
  private boolean closed;

  WorkerPool(Surroundings surroundings, Path jar) {
    this.surroundings = surroundings;
    this.jar = jar.toAbsolutePath();
  }

  /**
   * Asks a worker what the plugin brings.
   *
   * @throws IllegalArgumentException if it does not come up, saying why
   */
  List<Descriptor> descriptors() throws InterruptedException {
    WorkerProcess worker = null;
    try {
      List<Descriptor> found = new ArrayList<>();
      worker = begin();
      for (JsonNode one : greet(worker)) {
        found.add(DescriptorJson.read(one));
      }
      giveBack(worker);
      worker = null;
      return found;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the plugin in " + jar.getFileName() + " does not come up: " + e.getMessage(), e);
    } finally {
      if (worker != null) {
        drop(worker);
      }
    }
  }

  /** Returns a worker that has nothing to do, a new one if need be. */
  WorkerProcess take() throws IOException, InterruptedException {
    synchronized (this) {
      while (!idle.isEmpty()) {
        WorkerProcess worker = idle.pop().worker;
        if (worker.isAlive()) {
          busy.add(worker);
          return worker;
        }
        worker.kill();
      }
    }
    WorkerProcess worker = begin();
    boolean greeted = false;
    try {
      greet(worker);
      greeted = true;
      return worker;
    } finally {
      if (!greeted) {
        drop(worker);
      }
    }
  }

  private WorkerProcess begin() throws IOException {
    WorkerProcess worker =
        WorkerProcess.start(command(), surroundings.group, jar.getFileName().toString());
    synchronized (this) {
      if (closed) {
        worker.kill();
        throw new IOException("its plugin is gone");
      }
      busy.add(worker);
    }
    return worker;
  }

  private JsonNode greet(WorkerProcess worker) throws IOException, InterruptedException {
    ObjectNode hello = worker.wire().head();
    hello.put("version", Wire.VERSION);
    hello.put("jar", jar.toString());
    hello.put("home", surroundings.home.toString());
    hello.put("natives", surroundings.natives);
    worker.send(Kind.HELLO, hello);
    Frame frame = worker.next(TimeUnit.SECONDS.toMillis(START_SECONDS));
    if (frame == null) {
      throw new IOException("its worker said nothing within " + START_SECONDS + " s");
    }
    if (frame.kind() == Kind.FAILED) {
      throw new IOException(frame.text("sentence"));
    }
    JsonNode generators = frame.head().get("generators");
    if (frame.kind() != Kind.READY
        || frame.number("version") != Wire.VERSION
        || generators == null
        || !generators.isArray()
        || generators.isEmpty()
        || generators.size() > MAX_GENERATORS) {
      throw new IOException("its worker broke the rules of the pipe: it is not ready");
    }
    return generators;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + Integer.getInteger(HEAP, USUAL_HEAP) + "m");
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "--add-exports",
            "java.desktop/com.sun.media.sound=ALL-UNNAMED",
            "-Dfile.encoding=UTF-8",
            "-Djava.awt.headless=true",
            "-Duser.home=" + System.getProperty("user.home")));
    String prefs = System.getProperty("java.util.prefs.userRoot");
    if (prefs != null) {
      command.add("-Djava.util.prefs.userRoot=" + prefs);
    }
    if (Runtime.version().feature() >= NEWER) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    return command;
  }

  /** Keeps a worker for the next job. */
  synchronized void giveBack(WorkerProcess worker) {
    busy.remove(worker);
    if (closed) {
      worker.kill();
    } else {
      idle.push(new Idle(worker, System.nanoTime()));
    }
  }

  /** Ends a worker whose job did not end well. */
  synchronized void drop(WorkerProcess worker) {
    busy.remove(worker);
    worker.kill();
  }

  /** Lets workers go that had no job for a while. */
  synchronized void tidy() {
    long oldest =
        System.nanoTime() - TimeUnit.SECONDS.toNanos(Integer.getInteger(IDLE, USUAL_IDLE));
    idle.removeIf(
        one -> {
          boolean old = one.since - oldest < 0;
          if (old) {
            one.worker.kill();
          }
          return old;
        });
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(one -> one.worker.kill());
    idle.clear();
    busy.forEach(WorkerProcess::kill);
  }
}
