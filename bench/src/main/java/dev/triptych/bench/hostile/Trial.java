package dev.triptych.bench.hostile;

import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.trust.TrustStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/** One host at whose door hostile jars are tried, one after another. */
public final class Trial implements AutoCloseable {
  /**
   * What became of a jar.
   *
   * @param installed whether it was let in; then it was removed again
   * @param sentence why not
   * @param fault what went wrong in the host; empty if all is well
   */
  public record Result(
      String kind, boolean installed, String sentence, long micros, String fault) {}

  private static final String LOCK = "plugins.lock";

  private final Path folder;
  private final Host host;
  private final HostileJars jars;

  /** Starts a host without plugins, which trusts the good authors. */
  public Trial(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
    this.folder = folder;
    this.jars = new HostileJars(folder);
    Path home = folder.resolve("home");
    for (PublicKey key : jars.trusted()) {
      new TrustStore(home).trust(key, "author");
    }
    Host.Options options = Host.Options.of(Home.of(home), List.of());
    this.host = Host.start(options.withoutNatives().withDrainMillis(500));
    for (HostileJar good : List.of(jars.unharmed(), jars.unharmedInside())) {
      Result result = attempt(good);
      if (!result.installed || !result.fault.isEmpty()) {
        close();
        throw new IllegalStateException("the good plugin is not let in: " + result);
      }
    }
  }

  /** Returns what is tried. */
  public HostileJars jars() {
    return jars;
  }

  /** Tries to install a jar, and looks whether all is as before. */
  public Result attempt(HostileJar jar) throws IOException, InterruptedException {
    Path file = folder.resolve("plugin.jar");
    Path beside = folder.resolve("plugin.jar.sig");
    Files.write(file, jar.bytes());
    Files.deleteIfExists(beside);
    if (jar.beside().isPresent()) {
      Files.write(beside, jar.beside().get());
    }
    List<String> before = state();
    boolean installed = false;
    String sentence = "";
    String fault = "";
    long start = System.nanoTime();
    long micros;
    try {
      String id = host.plugins().install(file, jar.allowed()).id();
      micros = (System.nanoTime() - start) / 1000;
      installed = true;
      host.plugins().remove(id);
    } catch (IllegalArgumentException e) {
      micros = (System.nanoTime() - start) / 1000;
      sentence = String.valueOf(e.getMessage());
      fault = faultOf(sentence, jar);
    } catch (Exception | LinkageError e) {
      micros = (System.nanoTime() - start) / 1000;
      fault = e.toString();
    }
    if (fault.isEmpty()
        && installed
        && !jar.mayBeSound()
        && !jar.kind().equals(HostileJars.UNHARMED)) {
      fault = "it was let in";
    }
    List<String> after = state();
    if (installed) { // what was installed once can be gone back to
      before.removeIf(Trial::isKept);
      after.removeIf(Trial::isKept);
    }
    if (fault.isEmpty() && !before.equals(after)) {
      fault = "the state changed: " + before + " became " + after;
    }
    return new Result(jar.kind(), installed, sentence, micros, fault);
  }

  private static String faultOf(String sentence, HostileJar jar) {
    if (sentence.isBlank() || sentence.contains("\n") || sentence.length() > 400) {
      return "this is no sentence: " + sentence;
    }
    return jar.sentence().matcher(sentence).find()
        ? ""
        : "it should say " + jar.sentence() + ": " + sentence;
  }

  private static boolean isKept(String one) {
    return one.startsWith(LOCK) || one.endsWith(".jar");
  }

  /** What may not change: rows, jars, bundles, generators. */
  private List<String> state() throws IOException {
    List<String> state = new ArrayList<>();
    Path lock = host.home().resolve(LOCK);
    state.add(LOCK + (Files.exists(lock) ? Files.readString(lock) : ""));
    Path plugins = host.home().resolve("plugins");
    if (Files.isDirectory(plugins)) {
      try (Stream<Path> all = Files.list(plugins)) {
        all.map(path -> path.getFileName().toString())
            .filter(name -> name.endsWith(".jar") || name.endsWith(".tmp"))
            .sorted()
            .forEach(state::add);
      }
    }
    Arrays.stream(host.framework().context().getBundles())
        .map(Bundle::toString)
        .forEach(state::add);
    host.plugins().list().forEach(plugin -> state.add(plugin.toString()));
    state.addAll(host.generators().all().keySet());
    return state;
  }

  @Override
  public void close() {
    host.close();
  }
}
