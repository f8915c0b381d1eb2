package dev.triptych.testkit.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The generator of every {@link FaultyPlugin}; its bundle says which fault it has. */
public final class FaultyGenerator implements Generator {
  /** System property: when it is true, whatever hangs or runs on comes to its end. */
  public static final String RELEASE = "triptych.faults.release";

  static final String ID = "sample.faulty";
  static final String FAULT = "/META-INF/fault";
  static final String MODEL = "models/ink";

  private static final List<byte[]> HOARD = new ArrayList<>();
  private static final Parameter.Whole LINES =
      Parameter.Whole.of("lines", Phrase.of("How many lines to write", "写几行"), 1, 9);
  private static final ModelSpec<Ink> INK =
      ModelSpec.of("ink", ModelFiles.entry(MODEL), Ink.class, (folder, place) -> new Ink());

  /** A model of a class that the plugin brings. */
  public static final class Ink implements AutoCloseable {
    @Override
    public void close() {}
  }

  private final PluginFault fault;

  /** Called by Declarative Services. */
  public FaultyGenerator() throws IOException {
    try (InputStream in = FaultyGenerator.class.getResourceAsStream(FAULT)) {
      fault = PluginFault.valueOf(new String(in.readAllBytes(), UTF_8));
    }
    if (fault == PluginFault.CONSTRUCTOR_THROWS) {
      throw new IllegalStateException("there is no ink");
    }
  }

  /** Called by Declarative Services. */
  public void activate() {
    if (fault == PluginFault.ACTIVATE_THROWS) {
      throw new IllegalStateException("there is no paper");
    }
  }

  @Override
  public Descriptor descriptor() {
    if (fault == PluginFault.THROWS_IN_DESCRIPTOR) {
      throw new IllegalStateException("words fail it");
    }
    if (fault == PluginFault.SLOW_DESCRIPTOR) {
      sleep(1_000);
    }
    if (fault == PluginFault.HANGS_IN_DESCRIPTOR) {
      hang();
    }
    String id = fault == PluginFault.DUPLICATE_ID ? FaultyPlugin.SOUND_ID : ID;
    Descriptor descriptor =
        Descriptor.of(id, Phrase.of("Faulty", "有错"), "text/plain")
            .withParameters(LINES)
            .withModels(INK);
    return fault == PluginFault.DECLARES_TWICE
        ? descriptor.withParameters(LINES, LINES)
        : descriptor;
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    job.step(0, "going wrong");
    switch (fault) {
      case THROWS -> throw new IOException("the ink is dry");
      case ASSERTION_ERROR -> throw new AssertionError("a line has no end");
      case THREAD_DEATH -> throw new ThreadDeath();
      case STACK_OVERFLOW -> overflow(0);
      case OUT_OF_MEMORY -> fill(new ArrayList<>(), Integer.MAX_VALUE - 8);
      case HOARDS_MEMORY -> fill(HOARD, 1 << 20);
      case LINKAGE_ERROR -> AbsentClass.call();
      case HANGS -> hang();
      case IGNORES_CANCEL -> ignoreCancel(job);
      case LEAKS_LEASE -> leaveOpen(job.lease(INK));
      case LEAKS_DRAFT -> leaveOpen(job.draft("text/plain"));
      case LEAKS_THREAD -> start("left alone", () -> sleep(Long.MAX_VALUE));
      case LEAKS_DEAF_THREAD -> start("left deaf", FaultyGenerator::hang);
      case THREAD_THROWS -> start("thrower", FaultyGenerator::stumble).join();
      case CALLS_EXIT -> System.exit(70);
      case CALLS_EXIT_BY_REFERENCE -> {
        IntConsumer exit = System::exit;
        exit.accept(71);
      }
      case CALLS_RUNTIME_EXIT -> Runtime.getRuntime().exit(72);
      case CALLS_HALT -> Runtime.getRuntime().halt(73);
      case CALLS_HALT_IN_A_THREAD -> start("halter", () -> Runtime.getRuntime().halt(74)).join();
      case RETURNS_2GB -> flood(job.draft("text/plain"));
      case FLOODS_DRAFTS -> {
        while (true) {
          job.draft("text/plain").show(new byte[1 << 24]);
        }
      }
      case COMMITS_WHAT_IS_NO_MIDI -> {
        try (Draft draft = job.draft("audio/midi")) {
          draft.append("this is no MIDI");
          draft.commit();
        }
      }
      case READS_NO_VALUE -> request.get(LINES);
      default -> {} // it went wrong before, or it commits nothing
    }
    if (fault != PluginFault.COMMITS_NOTHING) {
      try (Draft draft = job.draft("text/plain")) {
        draft.append(request.prompt());
        draft.commit();
      }
    }
  }

  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static void fill(List<byte[]> all, int bytes) {
    while (true) {
      all.add(new byte[bytes]);
    }
  }

  private static void flood(Draft draft) {
    String line = "too much ".repeat(1 << 17);
    for (long size = 0; size < 1L << 31; size += line.length()) {
      draft.append(line);
    }
  }

  private static void ignoreCancel(Job job) {
    while (!Boolean.getBoolean(RELEASE)) {
      try {
        job.step(0.5, "working on");
      } catch (IllegalStateException e) { // a cancellation is one
        // not now
      }
      sleep(1);
    }
  }

  private static void leaveOpen(AutoCloseable one) {
    if (one instanceof Lease<?> lease) {
      lease.model();
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void stumble() {
    throw new IllegalStateException("it stumbled");
  }

  private static void hang() {
    while (!Boolean.getBoolean(RELEASE)) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        // not now
      }
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
