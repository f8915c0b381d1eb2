package dev.triptych.host.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Artifact;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.Ignition;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.Sentences;
import dev.triptych.host.isolate.DescriptorJson;
import dev.triptych.host.isolate.Wire;
import dev.triptych.host.isolate.Wire.Frame;
import dev.triptych.host.isolate.Wire.Kind;
import dev.triptych.host.plan.PlanJson;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The main class of a worker: a host with one plugin and nothing else, which works for the host at
 * the other end of its standard streams, one job at a time, and ends when they do.
 */
public final class Worker {
  private static final long UP_SECONDS = 8; // longer than a descriptor may take
  private static final int FAILED = 1;
  private static final PrintStream ERRORS =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  private final Wire wire;
  private final Host host;
  private final BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();

  private Worker(Wire wire, Host host) {
    this.wire = wire;
    this.host = host;
  }

  /** Works until the pipe ends. */
  public static void main(String[] arguments) {
    int code = FAILED;
    try {
      System.setIn(InputStream.nullInputStream()); // the pipe is not the plugin's
      System.setOut(ERRORS);
      work(
          new Wire(
              new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out)));
      code = 0;
    } catch (Throwable e) { // such as the end of the pipe, or of memory
      ERRORS.println(Sentences.of(e));
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  private static void work(Wire wire) throws IOException, InterruptedException {
    Frame hello = wire.read();
    if (hello.kind() != Kind.HELLO || hello.number("version") != Wire.VERSION) {
      throw new IOException("this worker is of another version than its host");
    }
    Host host;
    try {
      host = start(hello);
    } catch (IOException | IllegalArgumentException e) {
      fail(wire, "FAILURE", Sentences.of(e));
      return;
    }
    new Worker(wire, host).serve();
  }

  private static Host start(Frame hello) throws IOException {
    Home home = Home.of(Path.of(hello.text("home")));
    Host.Options options = Host.Options.of(home, List.of(Path.of(hello.text("jar")))).alone();
    boolean natives = hello.head().path("natives").booleanValue();
    Ignition.Libtorch when = natives ? Ignition.Libtorch.WHEN_NEEDED : Ignition.Libtorch.NEVER;
    return Host.start(
        natives ? options : options.withoutNatives(), Ignition.of(home.folder(), when));
  }

  private static void fail(Wire wire, String what, String sentence) throws IOException {
    wire.send(Kind.FAILED, wire.head().put("what", what).put("sentence", sentence));
  }

  private void serve() throws IOException, InterruptedException {
    try {
      awaitUp();
    } catch (IllegalArgumentException e) {
      fail(wire, "FAILURE", Sentences.of(e));
      return;
    }
    ObjectNode ready = wire.head().put("version", Wire.VERSION);
    ArrayNode generators = ready.putArray("generators");
    for (Plugged one : host.generators().all().values()) {
      DescriptorJson.write(one.descriptor(), generators.addObject());
    }
    wire.send(Kind.READY, ready);
    while (true) {
      Frame frame = wire.read();
      if (frame.kind() == Kind.GENERATE) {
        Thread thread = new Thread(() -> generate(frame), "job");
        thread.setContextClassLoader(Worker.class.getClassLoader());
        thread.start();
      } else {
        answers.add(frame);
      }
    }
  }

  private void awaitUp() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(UP_SECONDS);
    while (host.generators().all().isEmpty()) {
      for (Plugin plugin : host.plugins().list()) {
        plugin
            .problem()
            .ifPresent(
                sentence -> {
                  throw new IllegalArgumentException(sentence);
                });
      }
      if (System.nanoTime() > end) {
        throw new IllegalArgumentException("it brings no generator, which a worker needs");
      }
      Thread.sleep(5);
    }
  }

  private void generate(Frame order) {
    try {
      Plugged plugged =
          host.generators()
              .find(order.text("generator"))
              .orElseThrow(() -> new IllegalStateException("the generator is gone"));
      try (PipeJob job = new PipeJob(host, plugged.bundle(), wire, answers)) {
        String what = "";
        String sentence = "";
        try {
          plugged.generator().generate(request(order, job), job);
        } catch (Throwable e) { // whatever a plugin throws
          what = what(e, job);
          sentence = sentence(e);
        }
        job.close();
        if (what.isEmpty()) {
          wire.send(Kind.DONE, wire.head());
        } else {
          fail(wire, what, sentence);
        }
      }
    } catch (Throwable e) { // the pipe's end, or no memory for a sentence
      ERRORS.println(Sentences.of(e));
      Runtime.getRuntime().halt(FAILED);
    }
  }

  private static String what(Throwable e, PipeJob job) {
    if (e instanceof IllegalArgumentException) {
      return "MISTAKE";
    }
    if (e instanceof CancellationException) {
      return "CANCELLED";
    }
    return e instanceof FileSystemException || job.isModels(e) ? "FILES" : "FAILURE";
  }

  private static String sentence(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return "its worker ran out of memory";
    }
    return e instanceof StackOverflowError ? "it called itself without end" : Sentences.of(e);
  }

  private Request request(Frame order, PipeJob job) throws IOException {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : order.head().get("values").properties()) {
      values.put(one.getKey(), one.getValue().textValue());
    }
    Map<String, Artifact> inputs = new HashMap<>();
    for (Map.Entry<String, JsonNode> one : order.head().get("inputs").properties()) {
      inputs.put(one.getKey(), job.work(one.getValue().textValue()));
    }
    long seed = order.head().get("seed").longValue();
    return Request.of(order.text("prompt"), PlanJson.read(order.text("plan")), seed)
        .withValues(values)
        .withInputs(inputs);
  }
}
