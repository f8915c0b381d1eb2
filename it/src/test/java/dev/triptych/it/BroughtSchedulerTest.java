package dev.triptych.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** A plugin brings a scheduler, image.diffusers paints with it, and it goes. */
class BroughtSchedulerTest {
  private static final String PLUGIN = "org.example.scheduler";
  private static final String SCHEDULER = "StraightScheduler";
  private static final Path GOLDEN = Path.of("../models/src/test/golden/pipelines");

  @TempDir Path temp;

  @Test
  void aBroughtSchedulerPaintsAndGoesWithItsPlugin() throws Exception {
    Path image = ApiBaseline.place(Class.forName("dev.triptych.image.PictureGenerator"));
    Path model = model(temp.resolve("model"));
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of(image));
    try (Host host = Host.start(options)) {
      assertRefused(host, model);
      WeakReference<ClassLoader> loader = comeAndPaint(host, model);
      host.plugins().remove(PLUGIN);
      assertRefused(host, model);
      for (int i = 0; i < 100 && loader.get() != null; i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertNull(loader.get(), "the class loader of the plugin that was removed is still there");
    }
  }

  private WeakReference<ClassLoader> comeAndPaint(Host host, Path model) throws Exception {
    Path jar = TestBundle.of(PLUGIN, "1.0.0", temp);
    assertEquals(List.of(SCHEDULER), host.plugins().install(jar, true).schedulers());
    Outcome outcome = paint(host, model);
    assertTrue(outcome.succeeded(), outcome.failure().toString());
    assertEquals("image/png", outcome.works().get(0).mediaType());
    String label = Files.readString(outcome.works().get(0).path(), ISO_8859_1);
    assertTrue(label.contains("Made with Triptych by the model"), "the PNG carries no label");
    assertEquals(SCHEDULER, outcome.works().get(0).lineage().request().values().get("scheduler"));
    assertEquals(List.of(0, 0, 0), host.models().entries().stream().map(e -> e.leases()).toList());
    return loader(host);
  }

  private static void assertRefused(Host host, Path model) throws Exception {
    String sentence = paint(host, model).failure().orElseThrow().sentence();
    assertTrue(sentence.contains(SCHEDULER) && sentence.contains("euler_a"), sentence);
    assertFalse(sentence.substring(sentence.indexOf("choose")).contains("Straight"), sentence);
  }

  private static Outcome paint(Host host, Path model) throws Exception {
    Request request =
        Request.of("a fox", Plan.of(Map.of("language", "en")), 7)
            .withValues(Map.of("model", model.toString(), "scheduler", SCHEDULER, "steps", "3"));
    return host.jobs()
        .run(List.of(Order.of("image.diffusers", request)), (id, done, phase) -> {})
        .get(0);
  }

  private static WeakReference<ClassLoader> loader(Host host) {
    for (Bundle bundle : host.framework().context().getBundles()) {
      if (PLUGIN.equals(bundle.getSymbolicName())) {
        return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
      }
    }
    throw new AssertionError("the plugin is not there");
  }

  /** The tiny random Stable Diffusion of models' golden files. */
  private static Path model(Path to) throws Exception {
    JsonNode written = new ObjectMapper().readTree(GOLDEN.resolve("cases.json").toFile());
    JsonNode described = written.path("pipelines").path("sd");
    ObjectNode index = described.path("index").deepCopy();
    Files.createDirectories(to.resolve("scheduler"));
    Files.writeString(to.resolve("model_index.json"), index.toString());
    Files.writeString(
        to.resolve("scheduler").resolve("scheduler_config.json"),
        written.path("schedulers").path("ddim").toString());
    for (Map.Entry<String, JsonNode> part : described.path("parts").properties()) {
      Path target = Files.createDirectories(to.resolve(part.getKey()));
      try (Stream<Path> files = Files.list(GOLDEN.resolve(part.getValue().asText()))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
      }
    }
    return to;
  }
}
