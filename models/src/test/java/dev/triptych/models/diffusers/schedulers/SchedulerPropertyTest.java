package dev.triptych.models.diffusers.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every scheduler, whatever the reference implementation says. */
class SchedulerPropertyTest {
  private static final SchedulerConfig SD =
      SchedulerConfig.parse(
          "sd",
          "{\"_class_name\":\"PNDMScheduler\",\"beta_start\":0.00085,\"beta_end\":0.012,"
              + "\"beta_schedule\":\"scaled_linear\",\"clip_sample\":false,"
              + "\"set_alpha_to_one\":true,\"skip_prk_steps\":true,\"steps_offset\":1}");
  private static final float[] ORIGINAL = {0.9f, -1.4f, 0.2f, 2.1f};

  static List<String> names() {
    return Schedulers.names(List.of());
  }

  /** The unit noise that a sample holds, if the scheduler mixes as {@code noised} does. */
  private static float[] trueNoise(Scheduler scheduler, float[] x, int index) {
    float[] nothing = new float[ORIGINAL.length];
    float[] one = {1, 1, 1, 1};
    float signal = scheduler.noised(one, nothing, index)[0];
    float spread = scheduler.noised(nothing, one, index)[0];
    float[] noise = new float[x.length];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (x[i] - signal * ORIGINAL[i]) / spread;
    }
    return noise;
  }

  private static Supplier<float[]> random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> {
      float[] noise = new float[ORIGINAL.length];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) (random.nextDouble() * 4 - 2);
      }
      return noise;
    };
  }

  @ParameterizedTest
  @MethodSource("names")
  void givenTheTrueNoiseTheOriginalComesBack(String name) {
    for (int steps : new int[] {5, 12, 30}) {
      for (double strength : new double[] {1, 0.7, 0.4}) {
        if ((name.equals("pndm") || name.startsWith("lms")) && strength < 1) {
          continue; // as in diffusers: one begins anew there, the other counts on missing slopes
        }
        Scheduler scheduler = Schedulers.named(name, SD, steps, List.of());
        Supplier<float[]> noise = random(steps);
        int begin = scheduler.begin(steps, strength);
        float[] x = scheduler.noised(ORIGINAL, noise.get(), begin);
        for (int i = begin; i < scheduler.timesteps().length; i++) {
          x = scheduler.step(trueNoise(scheduler, x, i), i, x, noise);
        }
        for (int i = 0; i < x.length; i++) {
          assertEquals(ORIGINAL[i], x[i], 0.02, name + " in " + steps + " at " + strength);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void timestepsFallAndNoiseFallsWithThem(String name) {
    for (int steps : new int[] {1, 2, 3, 4, 5, 7, 10, 25, 50}) {
      for (String spacing : List.of("leading", "linspace", "trailing")) {
        SchedulerConfig config = SD.with("timestep_spacing", spacing);
        Scheduler scheduler = Schedulers.named(name, config, steps, List.of());
        float[] timesteps = scheduler.timesteps();
        assertTrue(timesteps.length >= steps && timesteps.length <= 2 * steps + 1);
        float before = Float.POSITIVE_INFINITY;
        for (int i = 0; i < timesteps.length; i++) {
          assertTrue(timesteps[i] >= 0 && timesteps[i] <= 999, name + " at " + timesteps[i]);
          float[] zero = new float[1];
          float spread = scheduler.noised(zero, new float[] {1}, i)[0];
          assertTrue(spread > 0 && spread <= before, name + " noise " + spread);
          assertTrue(i == 0 || timesteps[i] <= timesteps[i - 1], name + " at " + timesteps[i]);
          before = spread;
        }
        assertTrue(scheduler.noises() <= timesteps.length);
        assertTrue(scheduler.initNoiseSigma() > 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void stepsLeaveTheirArgumentsAlone(String name) {
    Scheduler scheduler = Schedulers.named(name, SD, 6, List.of());
    Supplier<float[]> noise = random(1);
    float[] x = noise.get();
    for (int i = 0; i < scheduler.timesteps().length; i++) {
      float[] out = noise.get();
      List<float[]> kept = List.of(out.clone(), x.clone());
      float[] after = scheduler.step(out, i, x, noise);
      assertEquals(0, distance(kept.get(0), out));
      assertEquals(0, distance(kept.get(1), x));
      x = after;
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum;
  }

  @Test
  void imageToImageBeginsWhereDiffusersDoes() {
    Scheduler euler = Schedulers.named("euler", SD, 20, List.of());
    Scheduler heun = Schedulers.named("heun", SD, 20, List.of());
    assertEquals(0, euler.begin(20, 1));
    assertEquals(5, euler.begin(20, 0.75));
    assertEquals(10, heun.begin(20, 0.75));
    assertEquals(20, euler.begin(20, 0));
    assertEquals(39, heun.timesteps().length);
  }

  @Test
  void aFamilyBringsASchedulerByItsClassName() {
    Scheduler brought = Schedulers.named("ddim", SD, 3, List.of());
    List<String> asked = new ArrayList<>();
    SchedulerFamily family =
        new SchedulerFamily() {
          @Override
          public Set<String> classNames() {
            return Set.of("StraightScheduler");
          }

          @Override
          public Scheduler create(SchedulerConfig config, int steps) {
            asked.add(config.className() + " " + steps + " " + config.trainSteps());
            return brought;
          }
        };
    SchedulerConfig config = SD.with("_class_name", "StraightScheduler");
    assertSame(brought, Schedulers.of(config, 3, List.of(family)));
    assertSame(brought, Schedulers.named("StraightScheduler", SD, 4, List.of(family)));
    assertEquals(List.of("StraightScheduler 3 1000", "StraightScheduler 4 1000"), asked);
    assertTrue(Schedulers.names(List.of(family)).contains("StraightScheduler"));
    IllegalArgumentException gone =
        assertThrows(IllegalArgumentException.class, () -> Schedulers.of(config, 3, List.of()));
    assertTrue(gone.getMessage().contains("UniPCMultistepScheduler"), gone.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Schedulers.named("StraightScheduler", SD, 3, List.of()));
  }

  @Test
  void namesAreThoseThatUsersKnow() {
    assertEquals(
        List.of(
            "ddim",
            "ddpm",
            "dpm",
            "dpm_karras",
            "dpm_sde",
            "dpm_sde_karras",
            "euler",
            "euler_a",
            "euler_karras",
            "heun",
            "heun_karras",
            "lcm",
            "lms",
            "lms_karras",
            "pndm",
            "unipc",
            "unipc_karras"),
        names());
  }
}
