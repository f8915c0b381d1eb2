package dev.triptych.models.diffusers.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Settings changed by chance are refused in one sentence, or run to finite numbers. */
class MutatedConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "2",
          "3",
          "7",
          "1000",
          "-1000",
          "2147483647",
          "9223372036854775807",
          "0.5",
          "-0.5",
          "1e-9",
          "1e300",
          "1e400",
          "\"\"",
          "\"zero\"",
          "\"sample\"",
          "\"epsilon\"",
          "\"linspace\"",
          "\"midpoint\"",
          "[]",
          "[0.1]",
          "[\"a\"]",
          "{}",
          "{\"a\":1}",
          "\"一\"");

  @Test
  void everyChangeEndsInASentenceOrInNumbers() throws IOException {
    JsonNode goldens =
        JSON.readTree(Path.of("src/test/golden/diffusers/schedulers/trajectories.json").toFile());
    List<String> configs = new ArrayList<>();
    Set<String> keys = new TreeSet<>();
    for (JsonNode golden : goldens) {
      configs.add(golden.get("config").toString());
      golden.get("config").fieldNames().forEachRemaining(keys::add);
    }
    List<String> names = List.copyOf(keys);
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    int run = 0;
    for (int i = 0; i < 1500; i++) {
      String config = configs.get(random.nextInt(configs.size()));
      String key = names.get(random.nextInt(names.size()));
      String value = VALUES.get(random.nextInt(VALUES.size()));
      String changed =
          random.nextInt(10) == 0
              ? config.substring(0, random.nextInt(config.length()))
              : config.replaceFirst("}$", ",\"" + key + "\":" + value + "}");
      int steps = List.of(1, 2, 6, 50).get(random.nextInt(4));
      try {
        for (float number : run(changed, steps)) {
          assertTrue(Float.isFinite(number), changed + " in " + steps + " gives " + number);
        }
        run++;
      } catch (IllegalArgumentException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().length() > 20, e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 300 && run > 300, refused + " refused, " + run + " run");
  }

  private static float[] run(String config, int steps) {
    Scheduler scheduler =
        Schedulers.of(SchedulerConfig.parse("scheduler_config.json", config), steps, List.of());
    float[] x = {0.3f, -1.2f, 0.8f};
    x = Timesteps.mixed(x, scheduler.initNoiseSigma(), x, 0);
    for (int i = 0; i < scheduler.timesteps().length; i++) {
      float[] seen = scheduler.scaled(x, i);
      float[] out = new float[x.length];
      for (int j = 0; j < out.length; j++) {
        out[j] = (float) Math.tanh(seen[j] + j);
      }
      x = scheduler.step(out, i, x, () -> new float[] {1, -0.5f, 0.1f});
    }
    return x;
  }
}
