package dev.triptych.models.diffusers.schedulers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whole runs with a fake model, as Python diffusers goes (golden/diffusers/schedulers/make.py). */
class TrajectoryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN =
      Path.of("src/test/golden/diffusers/schedulers/trajectories.json");

  /** The worst relative difference of a sample that is allowed. */
  private static final double ALLOWED = 1e-4;

  private static JsonNode goldens;

  @BeforeAll
  static void read() throws IOException {
    goldens = JSON.readTree(GOLDEN.toFile());
  }

  @TestFactory
  List<DynamicTest> sameWayAsDiffusers() {
    Map<String, DynamicTest> tests = new TreeMap<>();
    for (JsonNode golden : goldens) {
      String name =
          golden.get("config") + " in " + golden.get("steps") + " from " + golden.get("begin");
      tests.put(name, DynamicTest.dynamicTest(name, () -> check(golden)));
    }
    assertEquals(goldens.size(), tests.size(), "no case twice");
    return List.copyOf(tests.values());
  }

  private static void check(JsonNode golden) {
    double difference = difference(golden);
    assertTrue(difference <= ALLOWED, "relative difference " + difference);
  }

  /** Runs a case; returns the worst difference, over the greatest number of the sample. */
  static double difference(JsonNode golden) {
    SchedulerConfig config = SchedulerConfig.parse("golden", golden.get("config").toString());
    int steps = golden.get("steps").intValue();
    Scheduler scheduler = Schedulers.of(config, steps, List.of());
    float[] timesteps = scheduler.timesteps();
    assertArrayEquals(floats(golden.get("timesteps")), timesteps, 2e-4f);
    int begin = golden.get("begin").intValue();
    int[] drawn = {0};
    float[] x = sines(0.7, 1.9, 1.2);
    if (begin > 0) {
      x = scheduler.noised(x, noise(50), begin);
    } else {
      x = Timesteps.mixed(x, scheduler.initNoiseSigma(), x, 0);
    }
    double worst = difference(golden.get("samples").get(0), x);
    for (int i = begin; i < timesteps.length; i++) {
      float[] out = model(scheduler.scaled(x, i), timesteps[i]);
      x = scheduler.step(out, i, x, () -> noise(drawn[0]++));
      worst = Math.max(worst, difference(golden.get("samples").get(i - begin + 1), x));
    }
    assertEquals(golden.get("noises").intValue(), drawn[0], "noise tensors drawn");
    if (begin == 0) {
      assertEquals(scheduler.noises(), drawn[0], "noise tensors foretold");
    }
    return worst;
  }

  private static double difference(JsonNode expected, float[] x) {
    float[] numbers = floats(expected);
    double worst = 0;
    double greatest = 0;
    for (int i = 0; i < x.length; i++) {
      double apart = Math.abs(x[i] - numbers[i]);
      worst = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(worst, apart);
      greatest = Math.max(greatest, Math.abs(numbers[i]));
    }
    return worst / greatest;
  }

  private static float[] model(float[] x, float timestep) {
    float[] pattern = sines(0.3, 1.7, 0.8);
    float[] out = new float[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Math.tanh(0.4 * x[i] - 0.7 * timestep / 1000 + pattern[i]);
    }
    return out;
  }

  private static float[] noise(int k) {
    return sines(1.3 * (k + 1), 2.1 + 0.4 * k, 1.5);
  }

  private static float[] sines(double first, double step, double size) {
    float[] numbers = new float[6];
    for (int j = 0; j < numbers.length; j++) {
      numbers[j] = (float) (size * Math.sin(first + step * j));
    }
    return numbers;
  }

  private static float[] floats(JsonNode node) {
    return JSON.convertValue(node, float[].class);
  }

  @Test
  void everySchedulerIsComparedInThreeStepCountsOrMore() {
    Map<String, Set<Integer>> steps = new TreeMap<>();
    for (JsonNode golden : goldens) {
      String kind = golden.get("config").get("_class_name").textValue();
      steps.computeIfAbsent(kind, k -> new TreeSet<>()).add(golden.get("steps").intValue());
    }
    assertEquals(10, steps.size());
    steps.values().forEach(counts -> assertTrue(counts.containsAll(Set.of(4, 10, 25)), "" + steps));
  }

  @Test
  void theComparisonCanFail() {
    for (JsonNode golden : goldens) {
      ObjectNode other = golden.deepCopy();
      JsonNode config = golden.get("config");
      if (config.get("prediction_type").textValue().equals("epsilon")
          && !config.has("timestep_type") // else the timesteps change too
          && golden.get("steps").intValue() > 3) {
        ((ObjectNode) other.get("config")).put("prediction_type", "v_prediction");
        assertTrue(difference(other) > 10 * ALLOWED, config.toString());
      }
    }
  }
}
