package dev.triptych.models.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int[] NONE = {};

  private static float[] logits() {
    return new float[] {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
  }

  private static double[] shares(Sampler sampler, int draws) {
    double[] shares = new double[3];
    for (int i = 0; i < draws; i++) {
      shares[sampler.sample(NONE, 0, logits())] += 1.0 / draws;
    }
    return shares;
  }

  @Test
  void drawsEachTokenAsOftenAsItsProbability() {
    assertArrayEquals(new double[] {0.5, 0.3, 0.2}, shares(Sampler.seeded(1), 40_000), 0.01);
    double[] hot = {Math.sqrt(0.5), Math.sqrt(0.3), Math.sqrt(0.2)};
    double sum = Arrays.stream(hot).sum();
    assertArrayEquals(
        Arrays.stream(hot).map(x -> x / sum).toArray(),
        shares(Sampler.seeded(2).temperature(2), 40_000),
        0.01);
  }

  @Test
  void keepsOnlyTheLikeliest() {
    double[] two = {0.625, 0.375, 0};
    assertArrayEquals(two, shares(Sampler.seeded(3).topK(2), 40_000), 0.01);
    assertArrayEquals(two, shares(Sampler.seeded(4).topP(0.7), 40_000), 0.01);
    assertArrayEquals(new double[] {1, 0, 0}, shares(Sampler.seeded(5).topP(0.4), 1000), 1e-9);
    assertArrayEquals(new double[] {1, 0, 0}, shares(Sampler.seeded(6).topK(1), 1000), 1e-9);
    assertArrayEquals(new double[] {1, 0, 0}, shares(Sampler.seeded(7).temperature(0), 1000), 1e-9);
  }

  @Test
  void obeysProcessorsAndPenalty() {
    Sampler sampler =
        Sampler.seeded(8).processor((ids, length, logits) -> logits[0] = Float.NEGATIVE_INFINITY);
    assertArrayEquals(new double[] {0, 0.6, 0.4}, shares(sampler, 40_000), 0.01);
    Sampler none = Sampler.seeded(9).processor((ids, l, x) -> Arrays.fill(x, -1f / 0));
    assertThrows(IllegalStateException.class, () -> none.sample(NONE, 0, logits()));
    Sampler penalized = Sampler.seeded(10).temperature(0).repetitionPenalty(3);
    assertEquals(1, penalized.sample(new int[] {0, 1}, 1, logits()));
    assertEquals(2, penalized.sample(new int[] {0, 1, 0}, 3, logits()));
  }

  @Test
  void tellsTheLogProbability() {
    Sampler sampler = Sampler.seeded(11);
    int id = sampler.sample(NONE, 0, logits());
    assertEquals(logits()[id], sampler.logProbability(), 1e-6);
    assertEquals(logits()[id], Sampler.logProbability(logits(), id), 1e-6);
  }

  @Test
  void repeatsItselfUnderOneSeed() {
    int[] first = new int[100];
    Sampler a = Sampler.seeded(12).topP(0.9);
    Arrays.setAll(first, i -> a.sample(NONE, 0, logits()));
    int[] second = new int[100];
    Sampler b = Sampler.seeded(12).topP(0.9);
    Arrays.setAll(second, i -> b.sample(NONE, 0, logits()));
    assertArrayEquals(first, second);
    assertTrue(Arrays.stream(first).distinct().count() > 1);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThrows(IllegalArgumentException.class, () -> Sampler.seeded(0).temperature(-1));
    assertThrows(IllegalArgumentException.class, () -> Sampler.seeded(0).topP(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> Sampler.seeded(0).topK(-1));
  }
}
