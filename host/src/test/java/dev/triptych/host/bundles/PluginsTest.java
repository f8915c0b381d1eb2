package dev.triptych.host.bundles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.BundleJar;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import dev.triptych.host.sample.Needing;
import dev.triptych.host.sample.Second;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Ground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of plugins are transactions: all or nothing, and back again. */
class PluginsTest {
  private static final String ID = "test.plug";

  @TempDir private Path temp;
  private Host host;
  private Plugins plugins;

  @BeforeEach
  void open() throws IOException {
    host = start();
    plugins = host.plugins();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Host start(Path... builtIn) throws IOException {
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of(builtIn));
    return Host.start(options.withoutNatives().withDrainMillis(500));
  }

  private Path echo(String version) throws IOException {
    return BundleJar.of(ID, Echo.class).version(version).write(temp.resolve(version + ".jar"));
  }

  private String version() {
    return host.generators().find("test.echo").orElseThrow().version();
  }

  private String refusal(Path jar) {
    return assertThrows(IllegalArgumentException.class, () -> plugins.install(jar, true))
        .getMessage();
  }

  @Test
  void setsAreKeptAndGoneBackTo() throws Exception {
    for (int i = 1; i <= 10; i++) {
      plugins.install(echo(i + ".0.0"), true);
    }
    assertEquals(PluginLock.KEPT, plugins.sets().size());
    assertEquals(PluginLock.KEPT, jars().size(), "jars that no kept set names are gone");
    assertEquals(9, plugins.rollback(OptionalInt.empty()).generation());
    assertEquals("9.0.0", version());
    assertEquals(8, plugins.rollback(OptionalInt.empty()).generation());
    assertEquals("8.0.0", version());
    assertEquals(10, plugins.rollback(OptionalInt.of(10)).generation());
    assertEquals("10.0.0", version());
    String gone =
        assertThrows(IllegalArgumentException.class, () -> plugins.rollback(OptionalInt.of(1)))
            .getMessage();
    assertTrue(gone.contains("kept are 3, 4"), gone);
    plugins.rollback(OptionalInt.of(4));
    plugins.remove(ID);
    assertTrue(host.generators().all().isEmpty());
    assertEquals(4, plugins.rollback(OptionalInt.empty()).generation(), "what it was removed from");
    host.close();
    host = start();
    assertEquals("4.0.0", version());
    assertEquals(Ground.UNSIGNED, host.plugins().find(ID).installed().orElseThrow().ground());
  }

  private List<Path> jars() throws IOException {
    try (var all = Files.list(host.home().resolve("plugins"))) {
      return all.filter(one -> !one.getFileName().toString().equals("lock")).toList();
    }
  }

  @Test
  void aDryRunSaysWhatWouldChangeAndChangesNothing() throws Exception {
    plugins.install(echo("1.0.0"), true);
    Path next =
        BundleJar.of(ID, Echo.class)
            .version("2.0.0")
            .imports("org.elsewhere;version=\"[2.1,3)\",org.osgi.framework;version=\"[9,10)\"")
            .write(temp.resolve("next.jar"));
    Preview preview = plugins.preview(Candidate.read(next), new Terms(true));
    assertEquals("1.0.0", preview.from().orElseThrow());
    assertEquals("2.0.0", preview.to());
    assertEquals(Files.size(next), preview.bytes());
    assertEquals(Ground.UNSIGNED, preview.verdict().ground());
    assertEquals("host", preview.imports().get(0).provider().orElseThrow());
    assertEquals("[1.0.0,2.0.0)", preview.imports().get(0).version());
    assertEquals(2, preview.missing().size(), preview.missing().toString());
    assertTrue(preview.missing().get(0).contains("org.elsewhere, version [2.1.0,3.0.0): nobody"));
    assertTrue(preview.missing().get(1).contains("only version 1.10"), preview.missing().get(1));
    assertEquals(1, jars().size());
    assertEquals(1, plugins.current().generation());
    assertEquals("1.0.0", version());
    assertThrows(
        IllegalArgumentException.class, () -> plugins.preview(Candidate.read(next), Terms.STRICT));
  }

  @Test
  void whatDoesNotComeUpIsRefusedSayingWhatIsMissing() throws Exception {
    plugins.install(echo("1.0.0"), true);
    List<Plugin> before = plugins.list();
    Path waiting =
        BundleJar.of(ID, Echo.class)
            .version("2.0.0")
            .waitsFor("java.util.function.Supplier")
            .write(temp.resolve("waiting.jar"));
    String reference = refusal(waiting);
    assertTrue(reference.contains("waits for java.util.function.Supplier"), reference);
    String thrown =
        refusal(BundleJar.of("test.needing", Needing.class).write(temp.resolve("needing.jar")));
    assertTrue(thrown.contains("the brush is lost"), thrown);
    String taken =
        refusal(BundleJar.of("test.second", Second.class).write(temp.resolve("second.jar")));
    assertTrue(taken.contains("taken by test.plug"), taken);
    assertEquals(before, plugins.list());
    assertEquals(1, plugins.current().generation());
    assertEquals(1, jars().size());
    assertEquals("1.0.0", version());
  }

  @Test
  void aPluginThatAnotherUsesIsReplacedUnderItAndNotTakenAway() throws Exception {
    plugins.install(shared("1.1.0"), true);
    Path user =
        BundleJar.of("test.user", Misbehaving.class)
            .imports("org.shared;version=\"[1,2)\"")
            .write(temp.resolve("user.jar"));
    plugins.install(user, true);
    AtomicBoolean stop = new AtomicBoolean();
    Thread asking = new Thread(() -> askForBoth(stop));
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    asking.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
    asking.start();
    assertEquals(
        List.of("test.user"),
        plugins.preview(Candidate.read(shared("1.2.0")), new Terms(true)).rewired());
    plugins.install(shared("1.2.0"), true);
    stop.set(true);
    asking.join();
    assertEquals(List.of(), failures);
    String lacking = refusal(shared("2.0.0"));
    assertTrue(lacking.contains("test.user 1.0.0 lacks its import org.shared"), lacking);
    String needed =
        assertThrows(IllegalArgumentException.class, () -> plugins.remove(ID)).getMessage();
    assertTrue(needed.contains("test.user 1.0.0 lacks its import org.shared"), needed);
    assertEquals("1.2.0", version());
    assertTrue(host.generators().find("test.misbehaving").isPresent());
  }

  private Path shared(String version) throws IOException {
    return BundleJar.of(ID, Echo.class)
        .version(version)
        .exports("org.shared;version=\"" + version + "\"")
        .entry("org/shared/words.txt", "shared")
        .write(temp.resolve("shared-" + version + ".jar"));
  }

  private void askForBoth(AtomicBoolean stop) {
    while (!stop.get()) {
      host.generators().find("test.echo").orElseThrow();
      host.generators().find("test.misbehaving").orElseThrow();
    }
  }

  @Test
  void noRequestFindsNothingWhileAllIsChanged() throws Exception {
    host.close();
    Path builtIn = BundleJar.of(ID, Echo.class).write(temp.resolve("builtin.jar"));
    host = start(builtIn);
    plugins = host.plugins();
    Path one = echo("1.5.0");
    Path two = echo("2.0.0");
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService users = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(users.submit(worker(stop)));
      }
      for (int i = 0; i < 5; i++) {
        plugins.install(one, true);
        plugins.install(two, true);
        plugins.install(two, true); // the same once more
        plugins.rollback(
            OptionalInt.of(plugins.sets().get(plugins.sets().size() - 3).generation()));
        plugins.remove(ID);
        assertEquals("1.0.0", version(), "what is built in comes back");
      }
      stop.set(true);
      for (Future<Integer> user : all) {
        assertTrue(user.get(30, TimeUnit.SECONDS) > 0);
      }
    } finally {
      stop.set(true);
      users.shutdownNow();
    }
  }

  private Callable<Integer> worker(AtomicBoolean stop) {
    return () -> {
      int calls = 0;
      while (!stop.get()) {
        Request request = Request.of("spring", Plan.of(Map.of()), 7);
        Outcome outcome =
            host.jobs().run(List.of(Order.of("test.echo", request)), (a, b, c) -> {}).get(0);
        assertTrue(outcome.succeeded(), () -> outcome.failure().toString());
        calls++;
      }
      return calls;
    };
  }

  @Test
  void whatAnotherProcessChangedIsAdopted() throws Exception {
    plugins.install(echo("1.0.0"), true);
    try (Host other = start()) {
      other.plugins().install(echo("2.0.0"), true);
    }
    assertEquals("1.0.0", version());
    plugins.adopt();
    assertEquals("2.0.0", version());
    try (Host other = start()) {
      other.plugins().remove(ID);
    }
    Path more = BundleJar.of("test.more", Misbehaving.class).write(temp.resolve("more.jar"));
    plugins.install(more, true);
    assertEquals(List.of("test.more"), plugins.list().stream().map(Plugin::id).toList());
    assertEquals(4, plugins.current().generation());
  }

  @Test
  void anInboxInstallsWhatIsTrustedAndSaysWhyNotElse() throws Exception {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    Path inbox = temp.resolve("home/inbox");
    try (Inbox watched = plugins.watch(inbox, told::add)) {
      Files.copy(echo("1.0.0"), inbox.resolve("plug.jar"));
      awaitTold(told, 1);
      assertTrue(told.get(0).startsWith("refused plug.jar from the inbox: "), told.get(0));
      assertFalse(Files.exists(inbox.resolve("plug.jar")));
      assertTrue(Files.exists(inbox.resolve("refused/plug.jar")));
      assertTrue(Files.readString(inbox.resolve("refused/plug.jar.txt")).contains("not signed"));
      Files.writeString(inbox.resolve("cut.jar"), "no jar");
      awaitTold(told, 2);
      assertTrue(host.generators().all().isEmpty());
    }
  }

  private static void awaitTold(List<String> told, int count) throws InterruptedException {
    for (int i = 0; i < 1000 && told.size() < count; i++) {
      Thread.sleep(10);
    }
    assertEquals(count, told.size(), told.toString());
  }

  @Test
  void aJarThatWasChangedDoesNotStart() throws Exception {
    plugins.install(echo("1.0.0"), true);
    host.close();
    Path jar = host.home().resolve("plugins").resolve(jars().get(0).getFileName());
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);
    host = start();
    assertTrue(host.generators().all().isEmpty());
    Plugin broken = host.plugins().find(ID);
    assertTrue(broken.problem().orElseThrow().contains("missing or damaged"));
    assertEquals("1.0.0", broken.version());
    host.plugins().install(echo("1.0.0"), true);
    assertEquals("1.0.0", version(), "installed again");
  }
}
