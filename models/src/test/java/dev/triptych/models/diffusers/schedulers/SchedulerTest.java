package dev.triptych.models.diffusers.schedulers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of Python diffusers (src/test/golden/diffusers/make.py). */
class SchedulerTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private static final Supplier<float[]> NO_NOISE =
      () -> {
        throw new AssertionError("a scheduler without noise asked for some");
      };
  private static final Path GOLDEN = Path.of("src/test/golden/diffusers/schedulers.json");

  @TestFactory
  List<DynamicTest> sameNumbersAsDiffusers() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode golden : JSON.readTree(GOLDEN.toFile())) {
      tests.add(DynamicTest.dynamicTest(golden.get("name").textValue(), () -> check(golden)));
    }
    assertEquals(10, tests.size());
    return tests;
  }

  private static void check(JsonNode golden) {
    SchedulerConfig config = SchedulerConfig.parse("golden", golden.get("config").toString());
    Scheduler scheduler = Schedulers.of(config, golden.get("steps").intValue(), List.of());
    float[] timesteps = floats(golden.get("timesteps"));
    assertArrayEquals(timesteps, scheduler.timesteps());
    float[] x = floats(golden.get("start"));
    for (int i = 0; i < timesteps.length; i++) {
      x = scheduler.step(floats(golden.get("model").get(i)), i, x, NO_NOISE);
      float[] expected = floats(golden.get("samples").get(i));
      for (int j = 0; j < x.length; j++) {
        float allowed = 1e-5f * Math.max(1, Math.abs(expected[j]));
        assertEquals(expected[j], x[j], allowed, "step " + i + ", element " + j);
      }
    }
    float[] noised =
        scheduler.noised(
            new float[] {1, -2}, new float[] {1, 1}, golden.get("noised_at").intValue());
    assertArrayEquals(floats(golden.get("noised")), noised, 1e-5f);
  }

  private static float[] floats(JsonNode node) {
    return JSON.convertValue(node, float[].class);
  }

  @Test
  void ownConfigurationEndsInPureNoise() {
    SchedulerConfig config = SchedulerConfig.velocity();
    assertEquals(0, config.schedule().alphaCumprod(999), 1e-12);
    assertTrue(config.schedule().alphaCumprod(0) > 0.999);
    Scheduler scheduler = Schedulers.of(SchedulerConfig.parse("own", config.json()), 4, List.of());
    assertInstanceOf(DpmSolverMultistep.class, scheduler);
    assertArrayEquals(new float[] {999, 749, 499, 249}, scheduler.timesteps());
  }

  @Test
  void anExactVelocityModelIsSolvedExactly() {
    // When the model always predicts the true velocity towards one original, any number of steps
    // ends at that original.
    NoiseSchedule schedule = SchedulerConfig.velocity().schedule();
    float original = 0.7f;
    for (Scheduler scheduler :
        List.of(
            new DpmSolverMultistep(SchedulerConfig.velocity(), 5), new Ddim(withoutClip(), 5))) {
      float[] x = {-1.3f};
      float[] timesteps = scheduler.timesteps();
      for (int i = 0; i < timesteps.length; i++) {
        double alpha = schedule.alphaCumprod((int) timesteps[i]);
        double noise = (x[0] - Math.sqrt(alpha) * original) / Math.sqrt(1 - alpha);
        double velocity = Math.sqrt(alpha) * noise - Math.sqrt(1 - alpha) * original;
        x = scheduler.step(new float[] {(float) velocity}, i, x, NO_NOISE);
      }
      assertEquals(original, x[0], 1e-3);
    }
  }

  private static SchedulerConfig withoutClip() {
    return SchedulerConfig.parse(
        "test", SchedulerConfig.velocity().json().replaceFirst("\\{", "{\"clip_sample\":false,"));
  }

  @Test
  void refusesWhatItCannotDo(@TempDir Path folder) throws IOException {
    for (String json :
        List.of(
            "",
            "[]",
            "{",
            "{\"use_flow_sigmas\":true}",
            "{\"variance_type\":\"learned\"}",
            "{\"num_train_timesteps\":\"many\"}",
            "{\"num_train_timesteps\":1}",
            "{\"num_train_timesteps\":2000000000}",
            "{\"variance_type\":\"learned_range\"}")) {
      Files.writeString(folder.resolve(SchedulerConfig.FILE), json);
      assertThrows(IOException.class, () -> SchedulerConfig.read(folder), json);
    }
    for (String json :
        List.of(
            "{\"beta_schedule\":\"sigmoid\"}",
            "{\"beta_start\":\"low\"}",
            "{\"solver_order\":4}",
            "{\"trained_betas\":[0.1]}",
            "{\"algorithm_type\":\"sde-dpmsolver\"}",
            "{\"prediction_type\":\"flow_prediction\"}",
            "{\"timestep_spacing\":\"random\"}",
            "{\"prediction_type\":\"x\"}")) {
      SchedulerConfig config =
          SchedulerConfig.parse("test", json).with("_class_name", "DPMSolverMultistepScheduler");
      assertThrows(
          IllegalArgumentException.class, () -> Schedulers.of(config, 10, List.of()), json);
    }
    for (int steps : new int[] {0, -1, 1001}) {
      SchedulerConfig config = SchedulerConfig.velocity();
      assertThrows(IllegalArgumentException.class, () -> new Ddim(config, steps));
      assertThrows(IllegalArgumentException.class, () -> new DpmSolverMultistep(config, steps));
    }
  }
}
