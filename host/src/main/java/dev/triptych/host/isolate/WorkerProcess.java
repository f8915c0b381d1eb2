package dev.triptych.host.isolate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.host.isolate.Wire.Frame;
import dev.triptych.host.isolate.Wire.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A worker that runs: its process and the pipe to it. [one job at a time] */
final class WorkerProcess {
  private static final int SAID = 2_000; // characters of stderr that are kept
  private static final int WAITING = 4; // frames; the next waits in the pipe
  private static final long END_SECONDS = 5;

  private final Process process;
  private final Wire wire;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>(WAITING);
  private final AtomicReference<String> garbage = new AtomicReference<>();
  private final StringBuilder said = new StringBuilder();
  private volatile boolean ended;
  private volatile boolean killed;

  private WorkerProcess(Process process, ThreadGroup group, String name) {
    this.process = process;
    this.wire = new Wire(process.getInputStream(), process.getOutputStream());
    start(group, "pipe of " + name, this::listen);
    start(group, "errors of " + name, this::overhear);
  }

  /**
   * Starts a worker; what it says comes later.
   *
   * @param group of the threads that listen, which are no job's
   */
  static WorkerProcess start(List<String> command, ThreadGroup group, String name)
      throws IOException {
    return new WorkerProcess(new ProcessBuilder(command).start(), group, name);
  }

  private static void start(ThreadGroup group, String name, Runnable work) {
    Thread thread = new Thread(group, work, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(WorkerProcess.class.getClassLoader());
    thread.start();
  }

  Wire wire() {
    return wire;
  }

  /**
   * Waits for the next frame.
   *
   * @return null if none came in time
   * @throws IOException if the worker has ended or said what is no frame, in a sentence
   */
  Frame next(long millis) throws IOException, InterruptedException {
    Frame frame = frames.poll(millis, TimeUnit.MILLISECONDS);
    if (frame == null && ended && frames.isEmpty()) {
      throw new IOException(end());
    }
    return frame;
  }

  /** Sends a frame; if the worker is gone, says how it ended. */
  void send(Kind kind, ObjectNode head) throws IOException, InterruptedException {
    try {
      wire.send(kind, head);
    } catch (IOException e) {
      if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(end(), e);
      }
      throw e;
    }
  }

  boolean isAlive() {
    return !ended && process.isAlive();
  }

  private void listen() {
    try {
      while (!killed) {
        Frame frame = wire.read();
        while (!killed && !frames.offer(frame, 1, TimeUnit.SECONDS)) {
          // whoever takes them is busy
        }
      }
    } catch (EOFException e) {
      // it has ended: its exit code says how
    } catch (IOException e) {
      garbage.set(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended = true;
    }
  }

  private void overhear() {
    byte[] bytes = new byte[1024];
    try (InputStream errors = process.getErrorStream()) {
      for (int n = errors.read(bytes); n >= 0; n = errors.read(bytes)) {
        synchronized (said) {
          said.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
          said.delete(0, Math.max(0, said.length() - SAID));
        }
      }
    } catch (IOException e) {
      // it has ended
    }
  }

  /** Returns how the worker ended: by itself, by a signal, or by what it said. */
  private String end() throws InterruptedException {
    if (garbage.get() != null && process.isAlive()) {
      kill();
      return "its worker broke the rules of the pipe: " + garbage.get();
    }
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      kill();
      return "its worker closed the pipe";
    }
    int code = process.exitValue();
    String last = lastWords();
    return "its worker ended "
        + (code > 128 && code < 160 ? "by signal " + (code - 128) : "with exit code " + code)
        + (last.isEmpty() ? "" : ", saying: " + last);
  }

  /** Returns the last line that it wrote to stderr, in printable characters. */
  private String lastWords() {
    synchronized (said) {
      String[] lines = said.toString().strip().split("\\R");
      String last = lines[lines.length - 1].replaceAll("\\p{Cntrl}", " ").strip();
      return last.length() > 200 ? last.substring(0, 200) + "…" : last;
    }
  }

  /** Ends the process at once. */
  void kill() {
    killed = true;
    process.destroyForcibly();
  }
}
