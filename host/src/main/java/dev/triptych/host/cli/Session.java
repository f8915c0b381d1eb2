package dev.triptych.host.cli;

import static dev.triptych.host.cli.Phrasebook.IN_PLUGINS;

import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.Ignition;
import dev.triptych.host.jobs.JobListener;
import dev.triptych.host.jobs.Jobs.Placed;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * One run of the command line: its console, its home, its working folder, and the host: one that it
 * starts, or one that is up and that it shares with others.
 */
final class Session implements AutoCloseable {
  /** System property: the folder with the jars of the built-in bundles. */
  static final String BUNDLES = "triptych.bundles";

  /** System property: when the launcher started Java, in seconds since 1970. */
  static final String BEGAN = "triptych.began";

  private static final long SETTLING_SECONDS = 60; // a step of a large picture takes its time

  private Console console;
  private final Home home;
  private final Messages messages;
  private final Path folder;
  private final boolean shares;
  private final Instant began;
  private final List<Placed> placed = new ArrayList<>();
  private final List<AutoCloseable> unfinished = new ArrayList<>();
  private Ignition ignition;
  private Host host;
  private boolean starting;
  private boolean stopped;
  private String stopSentence = "stopped";
  private Phrasebook phrasebook;
  private boolean withPlugins;
  private double startSeconds;

  Session(Console console, Home home, Messages messages) {
    this(console, home, messages, Path.of(""), null);
  }

  /**
   * A session for a user in another process, inside a host that is up.
   *
   * @param folder the user's working folder
   * @param host that others use too; null if this session starts its own
   */
  Session(Console console, Home home, Messages messages, Path folder, Host host) {
    this.console = console;
    this.home = home;
    this.messages = messages;
    this.folder = folder;
    this.host = host;
    this.shares = host != null;
    this.began = shares ? Instant.now() : null;
  }

  Console console() {
    return console;
  }

  /** Gives standard input again, from what was read of it. */
  void reread(byte[] input) {
    console =
        new Console(
            new ByteArrayInputStream(input),
            console.out(),
            console.err(),
            console.terminal(),
            console.environment());
  }

  Home home() {
    return home;
  }

  Messages messages() {
    return messages;
  }

  /** Returns the user's working folder, below which relative paths lie. */
  Path folder() {
    return folder;
  }

  /** Returns whether the user is in another process. */
  boolean shares() {
    return shares;
  }

  /** Returns a sentence that some part of the program threw, in the user's language. */
  String say(String english) {
    if (!messages.locale().getLanguage().equals("zh")) {
      return english;
    }
    synchronized (this) {
      if (phrasebook == null || host != null && !withPlugins) {
        withPlugins = host != null;
        phrasebook = Phrasebook.read(withPlugins ? host.plugins().entries(IN_PLUGINS) : List.of());
      }
      return phrasebook.chinese(english);
    }
  }

  /** Returns a sentence on a failure, in the user's language. */
  String say(Throwable failure) {
    return say(Failures.sentence(failure, messages));
  }

  /** Begins to start the host while the command line is being read. */
  synchronized void ignite(Ignition.Libtorch libtorch) {
    ignition = Ignition.of(home.folder(), libtorch);
  }

  /**
   * Starts the host, once.
   *
   * @throws CancellationException if the user said stop
   */
  Host host() throws IOException {
    synchronized (this) {
      if (stopped) {
        throw new CancellationException();
      }
      if (host != null) {
        return host;
      }
      starting = true;
    }
    try {
      Host.Options options = Host.Options.of(home, builtIn());
      Host started = ignition == null ? Host.start(options) : Host.start(options, ignition);
      started.jobs().heap().whenExhausted(this::endExhausted);
      synchronized (this) {
        ignition = null; // it is the host's now
        host = started;
        startSeconds = secondsAt(Instant.now());
        return host();
      }
    } finally {
      synchronized (this) {
        starting = false;
        notifyAll();
      }
    }
  }

  /**
   * Places orders, waits for them and returns how they ended, in the same order; whoever stops this
   * session cancels them.
   */
  List<Outcome> run(List<Order> orders, JobListener listener)
      throws IOException, InterruptedException {
    Host running = host();
    List<Placed> own = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    try {
      for (Order order : orders) {
        own.add(place(running, order, listener));
      }
      for (Placed one : own) {
        outcomes.add(one.await());
      }
      return outcomes;
    } finally {
      own.stream().skip(outcomes.size()).forEach(Placed::cancel);
    }
  }

  private synchronized Placed place(Host running, Order order, JobListener listener) {
    if (stopped) {
      throw new CancellationException();
    }
    Placed one = running.jobs().submit(order, listener);
    placed.add(one);
    return one;
  }

  /** Ends the process at once: in a full heap nothing can be put in order. [job thread] */
  private void endExhausted(String sentence) {
    try {
      console.err().println("triptych: " + say(sentence));
    } finally {
      Runtime.getRuntime().halt(Main.EXHAUSTED);
    }
  }

  /** Returns a moment in seconds after the launcher started Java, else after the process began. */
  double secondsAt(Instant moment) {
    Instant start;
    if (shares) {
      return Math.max(0, Duration.between(began, moment).toMillis() / 1e3);
    }
    try {
      start =
          Instant.ofEpochMilli((long) (1e3 * Double.parseDouble(System.getProperty(BEGAN, ""))));
    } catch (NumberFormatException e) { // another launcher
      start = ProcessHandle.current().info().startInstant().orElse(moment);
    }
    return Duration.between(start, moment).toMillis() / 1e3;
  }

  /** Returns how long after the start the host was ready. */
  double startSeconds() {
    return startSeconds;
  }

  /** Keeps something that must vanish if the user says stop. */
  synchronized <T extends AutoCloseable> T unfinished(T one) {
    unfinished.add(one);
    return one;
  }

  /** Says which sentence to end with if the user says stop. */
  synchronized void whenStopped(String key) {
    stopSentence = key;
  }

  /** Returns the sentence to end with if the user says stop. */
  synchronized String stopSentence() {
    return messages.text(stopSentence);
  }

  /** Returns whether the user said stop from outside, which whoever did it tells. */
  synchronized boolean stopped() {
    return stopped;
  }

  /** Stops what this session does in a host that others use too; returns at once. [any thread] */
  void cancel() {
    List<Placed> own;
    List<AutoCloseable> left;
    synchronized (this) {
      stopped = true;
      own = List.copyOf(placed);
      left = List.copyOf(unfinished);
    }
    own.forEach(Placed::cancel);
    for (AutoCloseable one : left) {
      try {
        one.close();
      } catch (Exception e) {
        console.err().println("triptych: " + say(e));
      }
    }
  }

  /** Stops jobs, waits a few seconds for them, and removes what was not finished. [hook thread] */
  void stop() {
    Host running;
    Ignition unused;
    List<AutoCloseable> left;
    try {
      synchronized (this) {
        stopped = true;
        for (int i = 0; starting && i < Ignition.PATIENCE_SECONDS; i++) {
          wait(1_000);
        }
        running = host;
        unused = ignition;
        left = List.copyOf(unfinished);
      }
      if (running != null) {
        running.jobs().stop();
      }
      for (AutoCloseable one : left) {
        one.close();
      }
      if (running != null) {
        running.framework().removeCache();
      } else if (unused != null) {
        unused.abandon();
      }
    } catch (Exception e) {
      console.err().println("triptych: " + say(e));
    }
  }

  /** Waits for native calls of jobs that were given up, such as a large step. [hook thread] */
  void settle() {
    Host running;
    synchronized (this) {
      running = host;
    }
    try {
      if (running != null) {
        running.jobs().settle(SETTLING_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    Host running;
    Ignition unused;
    synchronized (this) {
      if (stopped || shares) {
        return; // a job that was given up may still compute with its model; the process ends anyway
      }
      running = host;
      unused = ignition;
    }
    if (running != null) {
      running.close();
    } else if (unused != null) {
      unused.close();
    }
  }

  /** Returns the jars in the folder of built-in bundles, sorted by name. */
  private List<Path> builtIn() throws IOException {
    String named = System.getProperty(BUNDLES);
    List<Path> jars = new ArrayList<>();
    if (named != null) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(named), "*.jar")) {
        all.forEach(jars::add);
      }
    }
    Collections.sort(jars);
    return jars;
  }
}
