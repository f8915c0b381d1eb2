package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.works.StoredWork;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two bundles, two names for a model, one mapping of its weights. */
class SharedWeightsTest {
  private static final int SIZE = 1 << 18; // 1 MiB

  @TempDir Path temp;

  @Test
  void equalWeightsAreMappedOnceAndOthersAreNot() throws Exception {
    Path home = temp.resolve("home");
    Path first = bundle("first", 1);
    Path second = bundle("second", 1);
    try (Host host = Host.start(Host.Options.of(Home.of(home), List.of(first, second)))) {
      StoredWork one = work(host, "example.first");
      StoredWork two = work(host, "example.second");
      assertEquals(SIZE + ".0\n", Files.readString(one.path()));
      String digest = one.lineage().models().get("the-first-of-two");
      assertEquals(digest, two.lineage().models().get("the-second-of-two"));
      assertEquals(1, mappings(home.resolve("weights").resolve(digest)));
      assertEquals(1, host.models().entries().size());

      host.plugins().install(other("second", 2), true);
      String changed = work(host, "example.second").lineage().models().get("the-second-of-two");
      assertNotEquals(digest, changed);
      assertEquals(1, mappings(home.resolve("weights").resolve(changed)));
      assertEquals(1, mappings(home.resolve("weights").resolve(digest)));
    }
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() throws Exception {
    Path home = Files.createDirectories(temp.resolve("home"));
    Files.writeString(home.resolve("config.json"), "{\"device\": \"cuda:7\"}");
    Host.Options options = Host.Options.of(Home.of(home), List.of());
    var refused = assertThrows(IllegalArgumentException.class, () -> Host.start(options).close());
    assertTrue(refused.getMessage().startsWith("device \"cuda:7\""), refused.getMessage());
  }

  private static StoredWork work(Host host, String id) throws Exception {
    Request request = Request.of("rain", Plan.of(Map.of()), 7);
    var outcome = host.jobs().run(List.of(Order.of(id, request)), (g, done, phase) -> {}).get(0);
    assertTrue(outcome.succeeded(), outcome.failure().toString());
    return outcome.works().get(0);
  }

  private Path bundle(String twin, float weight) throws Exception {
    return packed(twin, "1.0.0", weight);
  }

  private Path other(String twin, float weight) throws Exception {
    return packed(twin, "1.1.0", weight);
  }

  private Path packed(String twin, String version, float weight) throws Exception {
    Path jar = TestBundle.of("org.example.twin." + twin, version, temp);
    float[] numbers = new float[SIZE];
    Arrays.fill(numbers, weight);
    Path weights = temp.resolve(twin + version + ".safetensors");
    new SafetensorsWriter().add("weight", Dtype.F32, numbers, SIZE).write(weights);
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      Files.createDirectories(zip.getPath("models", twin));
      Files.copy(weights, zip.getPath("models", twin, "model.safetensors"));
    }
    return jar;
  }

  private static long mappings(Path folder) throws Exception {
    return Files.readAllLines(Path.of("/proc/self/smaps")).stream()
        .filter(line -> line.contains(folder + "/"))
        .count();
  }
}
