package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that holds one side of a comparison: it says that it is ready, then answers a line with
 * the seconds that the command took and what came of it, or with failed and why.
 */
final class MeasuredProcess implements AutoCloseable {

  /** What a command took, and what it printed after that. */
  record Answer(double seconds, String result) {}

  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final long started = System.nanoTime();
  private final double loadSeconds;
  private long patience = 3600; // seconds

  MeasuredProcess(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("OMP_WAIT_POLICY", "passive"); // the side that waits must not spin
    process = builder.start();
    out = process.inputReader(UTF_8);
    in = process.outputWriter(UTF_8);
    loadSeconds = Double.parseDouble(line().replaceFirst("^ready ", ""));
  }

  /** Our side: a Java of the same class path. */
  static MeasuredProcess java(Class<?> main, int threads, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-Dtriptych.threads=" + threads));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new MeasuredProcess(command);
  }

  /** Their side: a script of bench/python. */
  static MeasuredProcess python(String python, String script, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(python, script(script).toString()));
    command.addAll(List.of(arguments));
    return new MeasuredProcess(command);
  }

  /** Returns the path of a script of bench/python, seen from the compiled classes. */
  static Path script(String name) {
    try {
      var classes = MeasuredProcess.class.getProtectionDomain().getCodeSource().getLocation();
      return Path.of(classes.toURI()).resolve("../../python").resolve(name).normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sets how many seconds each answer may take, after which the process is ended. */
  void patience(int seconds) {
    patience = seconds;
  }

  private String line() throws IOException {
    long start = System.nanoTime();
    try {
      while (!out.ready() && process.isAlive()) {
        if (System.nanoTime() - start > patience * 1_000_000_000L) {
          process.destroy();
          throw new IOException("failed to answer within " + patience + " s");
        }
        Thread.sleep(5); // the process itself takes the time
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while waiting for the process", e);
    }
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the process ended before it answered; its errors stand above");
    }
    return line;
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @throws IOException if the process ended or says that it failed
   */
  Answer ask(String command) throws IOException {
    in.write(command + "\n");
    in.flush();
    String line = line();
    if (line.startsWith("failed ")) {
      throw new IOException(line);
    }
    String[] words = line.split(" ", 2);
    return new Answer(Double.parseDouble(words[0]), words.length > 1 ? words[1].strip() : "");
  }

  double loadSeconds() {
    return loadSeconds;
  }

  double secondsSinceStart() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Returns a line of /proc/PID/status in MiB: VmHWM is the most that was ever resident. */
  double mebibytes(String name) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name + ":")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException(status + " has no " + name);
  }

  /** Ends the process by ending its input. */
  @Override
  public void close() throws IOException {
    try {
      in.close();
    } catch (IOException e) {
      // it ended before, which whoever asked was told
    }
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
