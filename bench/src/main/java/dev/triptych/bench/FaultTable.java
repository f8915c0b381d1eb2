package dev.triptych.bench;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Bounds;
import dev.triptych.host.jobs.JobStatus.State;
import dev.triptych.host.jobs.Jobs.Placed;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.testkit.faults.FaultyGenerator;
import dev.triptych.testkit.faults.FaultyPlugin;
import dev.triptych.testkit.faults.PluginFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prints what happened with every faulty plugin, as a table: each in one host, with the bounds of a
 * usual start but for shorter waits, beside a sound generator that works all the time.
 */
public final class FaultTable {
  private static final Request REQUEST = Request.of("rain on slate", Plan.of(Map.of()), 7);
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int ENDED = 20; // seconds that the process of a full heap may take

  private final Path folder;
  private final Host host;
  private final AtomicInteger works = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();
  private final AtomicBoolean stop = new AtomicBoolean();
  private byte[] sound;

  private FaultTable(Path folder) throws IOException {
    this.folder = folder;
    Bounds bounds = Bounds.USUAL.withTimes(SILENCE, PATIENCE);
    this.host =
        Host.start(
            Host.Options.of(
                    Home.of(folder.resolve("home")),
                    List.of(FaultyPlugin.writeSound(folder.resolve("sound"))))
                .withoutNatives()
                .withDrainMillis(200)
                .withBounds(bounds));
  }

  /** Prints the table; with the argument {@code hoard} it is the process whose heap is filled. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("triptych-faults-");
    FaultTable table = new FaultTable(folder);
    int exit = 0;
    try {
      if (Arrays.asList(arguments).contains("hoard")) {
        table.hoard();
      } else {
        table.print();
      }
    } catch (Exception e) {
      e.printStackTrace();
      exit = 1;
    } finally {
      System.exit(exit);
    }
  }

  private void print() throws Exception {
    sound = place(FaultyPlugin.SOUND_ID).await().works().get(0).bytes();
    Thread worker = new Thread(this::workAllTheTime, "sound worker");
    worker.start();
    System.out.println("| The plugin | What happened | Works beside it |");
    System.out.println("| --- | --- | --- |");
    for (PluginFault fault : PluginFault.values()) {
      int before = works.get();
      long begin = System.nanoTime();
      String happened = fault == PluginFault.HOARDS_MEMORY ? inItsOwnProcess() : happened(fault);
      System.out.printf(
          "| %s | %s | %d in %.1f s |%n",
          fault.does(),
          happened.replace("|", "/"),
          works.get() - before,
          (System.nanoTime() - begin) / 1e9);
    }
    System.setProperty(FaultyGenerator.RELEASE, "true");
    stop.set(true);
    worker.join();
    System.out.printf(
        "%nBeside them the sound generator made %d works, of which %d had other bytes or failed.%n",
        works.get(), others.get());
  }

  private void workAllTheTime() {
    while (!stop.get()) {
      try {
        Outcome outcome = place(FaultyPlugin.SOUND_ID).await();
        boolean same = outcome.succeeded() && Arrays.equals(sound, outcome.works().get(0).bytes());
        (same ? works : others).incrementAndGet();
      } catch (Exception e) {
        others.incrementAndGet();
      }
    }
  }

  private Placed place(String id) {
    return host.jobs().submit(Order.of(id, REQUEST), (generator, done, phase) -> {});
  }

  private String happened(PluginFault fault) throws Exception {
    Path jar = FaultyPlugin.write(fault, folder.resolve(fault.name()));
    try {
      host.plugins().install(jar, true);
    } catch (IllegalArgumentException e) {
      return "refused: " + e.getMessage();
    }
    List<String> all = new ArrayList<>();
    Placed job = place(FaultyPlugin.ID);
    if (fault == PluginFault.HANGS || fault == PluginFault.IGNORES_CANCEL) {
      if (job.await(2 * SILENCE.toMillis(), TimeUnit.MILLISECONDS).isEmpty()) {
        all.add(job.status().state() == State.STUCK ? "reported as stuck" : "runs on");
        job.cancel();
      }
    }
    Outcome outcome = job.await();
    outcome.failure().ifPresent(one -> all.add(one.sentence()));
    all.addAll(outcome.remarks());
    if (outcome.succeeded()) {
      all.add("its work is kept");
    }
    host.plugins().remove(FaultyPlugin.NAME);
    return String.join("; ", all);
  }

  /** A full heap cannot be contained: the process ends, and says so by its exit code. */
  private String inItsOwnProcess() throws Exception {
    Path output = folder.resolve("hoard.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FaultTable.class.getName(),
                "hoard")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(ENDED, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return "the process did not end within " + ENDED + " s";
    }
    String said = Files.readString(output, StandardCharsets.UTF_8).strip();
    return "the process (-Xmx96m) ended with exit code " + process.exitValue() + ": " + said;
  }

  private void hoard() throws Exception {
    host.jobs()
        .heap()
        .whenExhausted(
            sentence -> {
              System.out.println(sentence);
              System.out.flush();
              Runtime.getRuntime().halt(3);
            });
    host.plugins()
        .install(FaultyPlugin.write(PluginFault.HOARDS_MEMORY, folder.resolve("hoard")), true);
    place(FaultyPlugin.ID).await();
  }
}
