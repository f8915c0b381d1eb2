package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.JobListener;
import dev.triptych.host.jobs.Jobs;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A plugin brings a kind of language model, other plugins' generators write with it, and it goes.
 */
class BroughtArchitectureTest {
  private static final String PLUGIN = "org.example.pairs";
  private static final JobListener UNHEARD = (id, done, phase) -> {};

  @TempDir Path temp;
  private Path model;

  @BeforeEach
  void folder() throws Exception {
    model = Files.createDirectories(temp.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"word-pairs\"}");
    Files.writeString(
        model.resolve("tokenizer.json"),
        "{\"version\": \"1.0\", \"pre_tokenizer\": {\"type\": \"WhitespaceSplit\"}, \"model\":"
            + " {\"type\": \"WordLevel\", \"unk_token\": \"the\", \"vocab\":"
            + " {\"the\": 0, \"rain\": 1, \"falls\": 2, \"on\": 3}}}");
    Files.writeString(
        model.resolve("pairs.txt"), "0 9 1 0\n1 0 9 0\n0 1 0 9\n9 0 0 1\n"); // the rain falls on
  }

  @Test
  void aBroughtKindWritesAndGoesWithItsPlugin() throws Exception {
    Path text = ApiBaseline.place(Class.forName("dev.triptych.text.PoemGenerator"));
    Path brought = TestBundle.of(PLUGIN, "1.0.0", temp);
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of(text));
    try (Host host = Host.start(options.withoutNatives())) {
      assertRefused(host);
      WeakReference<ClassLoader> loader = comeAndWrite(host, brought);
      assertRefused(host);
      assertFalse(host.kinds().languageTypes().contains("word-pairs"));
      assertEquals(List.of(), host.models().entries());
      for (int i = 0; i < 100 && loader.get() != null; i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertNull(loader.get(), "the class loader of the plugin that was removed is still there");
      comeAndWrite(host, brought); // and it may come again
    }
  }

  private WeakReference<ClassLoader> comeAndWrite(Host host, Path jar) throws Exception {
    assertEquals(List.of("word-pairs"), host.plugins().install(jar, true).modelTypes());
    assertTrue(host.kinds().languageTypes().contains("word-pairs"));
    Outcome outcome = write(host, 6);
    assertTrue(outcome.succeeded(), outcome.failure().toString());
    assertEquals(
        "the rain falls on the rain falls\n", Files.readString(outcome.works().get(0).path()));
    WeakReference<ClassLoader> loader = loader(host);
    removeWhileItWrites(host);
    return loader;
  }

  /** Who writes with the model when its plugin goes may end. */
  private void removeWhileItWrites(Host host) throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Jobs.Placed job =
        host.jobs()
            .submit(
                order(500),
                (id, done, phase) -> {
                  if (phase.equals("writing")) {
                    writing.countDown();
                    await(goOn);
                  }
                });
    assertTrue(writing.await(20, TimeUnit.SECONDS));
    Thread release = new Thread(() -> letGoWhenRefused(host, goOn));
    release.start();
    host.plugins().remove(PLUGIN);
    release.join();
    Outcome outcome = job.await(20, TimeUnit.SECONDS).orElseThrow();
    assertTrue(outcome.succeeded(), outcome.failure().toString());
  }

  private static void letGoWhenRefused(Host host, CountDownLatch goOn) {
    while (host.kinds().languageTypes().contains("word-pairs")) {
      Thread.onSpinWait();
    }
    goOn.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void assertRefused(Host host) throws Exception {
    String sentence = write(host, 6).failure().orElseThrow().sentence();
    assertTrue(sentence.contains("none of the known"), sentence);
    assertTrue(sentence.contains("llama") && sentence.contains("t5"), sentence);
    assertFalse(sentence.substring(sentence.indexOf("known")).contains("pairs"), sentence);
  }

  private static WeakReference<ClassLoader> loader(Host host) {
    for (Bundle bundle : host.framework().context().getBundles()) {
      if (PLUGIN.equals(bundle.getSymbolicName())) {
        return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
      }
    }
    throw new AssertionError("the plugin is not there");
  }

  private Outcome write(Host host, int tokens) throws InterruptedException {
    return host.jobs().run(List.of(order(tokens)), UNHEARD).get(0);
  }

  private Order order(int tokens) {
    Map<String, String> values =
        Map.of(
            "model",
            model.toString(),
            "kind",
            "continue",
            "temperature",
            "0",
            "maxNewTokens",
            Integer.toString(tokens));
    return Order.of(
        "text.write", Request.of("the", Plan.of(Map.of("language", "en")), 7).withValues(values));
  }
}
