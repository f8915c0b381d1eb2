package dev.triptych.training.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrigramTest {

  private static Corpus.Sample sample(int... ids) {
    boolean[] counted = new boolean[ids.length];
    java.util.Arrays.fill(counted, true);
    return new Corpus.Sample(ids, counted);
  }

  @Test
  void countsByHand() {
    Trigram trigram = Trigram.of(4, List.of(sample(0, 1, 2), sample(0, 1, 3), sample(0, 1, 2)));
    // Unigrams of what is foretold: 1 three times, 2 twice, 3 once; three kinds over an even 1/4.
    double one = (2 + 3 * 0.25) / (6 + 3);
    double two = (2 + 2 * one) / (3 + 2);
    double three = (2 + 2 * two) / (3 + 2);
    assertEquals(Math.log(three), trigram.logProbability(new int[] {0, 1, 2}, 2), 1e-12);
    // A context never seen falls back to the shorter one.
    assertEquals(Math.log(two), trigram.logProbability(new int[] {3, 1, 2}, 2), 1e-12);
  }

  @Test
  void probabilitiesSumToOne() {
    Random random = new Random(1);
    List<Corpus.Sample> samples = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      samples.add(sample(random.ints(20, 0, 30).map(x -> x * x / 30).toArray()));
    }
    Trigram trigram = Trigram.of(40, samples);
    for (int i = 0; i < 50; i++) {
      double sum = 0;
      for (int id = 0; id < 40; id++) {
        sum += Math.exp(trigram.logProbability(new int[] {i % 40, i * 7 % 40, id}, 2));
      }
      assertEquals(1, sum, 1e-9);
    }
  }

  @Test
  void beatsChanceOnWhatItCounted() {
    List<Corpus.Sample> samples = List.of(sample(0, 1, 2, 3, 4, 5, 6, 7), sample(7, 1, 2, 3));
    assertTrue(Trigram.of(8, samples).loss(samples) < 0.6 * Math.log(8));
  }
}
