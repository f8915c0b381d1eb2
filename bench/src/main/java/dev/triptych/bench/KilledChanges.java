package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.bench.cycled.SteadyGenerator;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.PluginSet;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.trust.Candidate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Kills a process at random moments while it installs, updates, rolls back and removes plugins, and
 * starts the host again: it must have exactly the state before the change, or the one after.
 *
 * <p>{@code bench/run KilledChanges --count 200}
 */
public final class KilledChanges {
  private static final List<String> IDS = List.of("bench.first", "bench.second");
  private static final int VERSIONS = 3;
  private static final int MOST_CHANGES = 3; // before the one that is killed
  private static final String TRIES = "try ";
  private static final String IS = "is ";

  /**
   * What the kills hit.
   *
   * @param inside how many fell into a change
   * @param after how many of these left the state after it
   * @param moved how many starts found another state than the start before
   */
  record Tally(int kills, int inside, int after, int moved) {}

  private KilledChanges() {}

  /** Runs so many kills, or is the process that is killed. */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("--child")) {
      change(Path.of(arguments[1]), Path.of(arguments[2]), Long.parseLong(arguments[3]));
      return;
    }
    Path folder = Files.createTempDirectory("killed-");
    Tally tally = run(folder, Integer.parseInt(arguments[1]), 7);
    System.out.printf(
        "%d kills, %d inside a change, of which %d left the new state and %d the old; each start had"
            + " one or the other, and %d another than the start before%n",
        tally.kills, tally.inside, tally.after, tally.inside - tally.after, tally.moved);
    System.exit(0);
  }

  /**
   * Kills again and again.
   *
   * @throws IllegalStateException if a start has another state than before or after the change
   */
  static Tally run(Path folder, int count, long seed) throws Exception {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    for (String id : IDS) {
      for (int i = 1; i <= VERSIONS; i++) {
        PluginJar.write(jars.resolve(id + "-" + i + ".jar"), id, i + ".0.0", SteadyGenerator.class);
      }
    }
    Path home = folder.resolve("home");
    Random random = new Random(seed);
    int inside = 0;
    int after = 0;
    int moved = 0;
    String before = "{}";
    for (int i = 0; i < count; i++) {
      String last = killed(home, jars, random.nextLong(), random);
      String found = found(home);
      moved += found.equals(before) ? 0 : 1;
      before = found;
      if (last.startsWith(TRIES)) {
        String[] states = last.substring(TRIES.length()).split(" > ", -1);
        inside++;
        after += found.equals(states[1]) ? 1 : 0;
        if (!found.equals(states[0]) && !found.equals(states[1])) {
          throw new IllegalStateException("kill " + i + " of " + last + " left " + found);
        }
      } else if (!last.equals(IS + found)) {
        throw new IllegalStateException("kill " + i + " after " + last + " left " + found);
      }
    }
    return new Tally(count, inside, after, moved);
  }

  /**
   * Lets a process make some changes, kills it at a random moment of about the time that the next
   * one takes, and returns the last whole line that it said.
   */
  private static String killed(Path home, Path jars, long seed, Random random) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KilledChanges.class.getName(),
                "--child",
                home.toString(),
                jars.toString(),
                String.valueOf(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String last = null;
    int changes = 1 + random.nextInt(MOST_CHANGES);
    long began = 0;
    long nanos = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.endsWith(".")) { // whole
          last = line.substring(0, line.length() - 1);
          if (last.startsWith(TRIES)) {
            began = System.nanoTime();
            if (changes-- == 0) {
              kill(process, (long) (random.nextDouble() * 1.3 * nanos));
            }
          } else if (began > 0) {
            nanos = System.nanoTime() - began;
          }
        }
      }
    }
    process.waitFor();
    if (last == null) {
      throw new IllegalStateException("the process did not start");
    }
    return last;
  }

  private static void kill(Process process, long nanos) {
    Thread killer =
        new Thread(
            () -> {
              try {
                TimeUnit.NANOSECONDS.sleep(nanos);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              process.toHandle().destroyForcibly(); // what it said can still be read
            });
    killer.start();
  }

  /** Starts the host and returns what runs, which must be what the lock says. */
  private static String found(Path home) throws IOException {
    try (Host host = host(home)) {
      Map<String, String> runs = new TreeMap<>();
      for (Plugin plugin : host.plugins().list()) {
        if (plugin.problem().isPresent()) {
          throw new IllegalStateException(plugin.id() + ": " + plugin.problem().get());
        }
        runs.put(plugin.id(), plugin.version());
      }
      if (!runs.toString().equals(state(host.plugins().current()))) {
        throw new IllegalStateException(runs + " runs");
      }
      return runs.toString();
    }
  }

  private static Host host(Path home) throws IOException {
    Host.Options options = Host.Options.of(Home.of(home), List.of());
    return Host.start(options.withoutNatives().withDrainMillis(100));
  }

  private static String state(PluginSet set) {
    Map<String, String> versions = new TreeMap<>();
    set.rows().forEach((id, row) -> versions.put(id, row.version()));
    return versions.toString();
  }

  /** Changes plugins for ever, saying each time what will be. [the process that is killed] */
  private static void change(Path home, Path jars, long seed) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    Random random = new Random(seed);
    Plugins plugins = host(home).plugins();
    out.println(IS + state(plugins.current()) + ".");
    while (true) {
      Map<String, String> next = new TreeMap<>();
      plugins.current().rows().forEach((id, row) -> next.put(id, row.version()));
      String id = IDS.get(random.nextInt(IDS.size()));
      int what = random.nextInt(4);
      String before = TRIES + state(plugins.current()) + " > ";
      if (what == 0 && plugins.sets().size() > 1) {
        PluginSet back = plugins.sets().get(random.nextInt(plugins.sets().size()));
        if (back.generation() != plugins.current().generation()) {
          out.println(before + state(back) + ".");
          plugins.rollback(OptionalInt.of(back.generation()));
        }
      } else if (what == 1 && next.containsKey(id)) {
        next.remove(id);
        out.println(before + next + ".");
        plugins.remove(id);
      } else {
        int version = 1 + random.nextInt(VERSIONS);
        String other = IDS.get(1 - IDS.indexOf(id));
        if (!next.containsKey(other)) { // both bring the same generator
          next.put(id, version + ".0.0");
          out.println(before + next + ".");
          Path jar = jars.resolve(id + "-" + version + ".jar");
          plugins.install(Candidate.read(jar), new Terms(true));
        }
      }
      out.println(IS + state(plugins.current()) + ".");
    }
  }
}
