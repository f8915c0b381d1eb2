package dev.triptych.training.melody;

import dev.triptych.music.Tune;
import dev.triptych.music.Vocabulary;
import dev.triptych.training.lm.Corpus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Tunes as rows of tokens: windows drawn at random, one after the other until a row is full. The
 * control tokens are given, never asked for.
 */
public final class MelodyCorpus implements Corpus {
  private static final int BARS_APART = 16;
  private static final int CONTROL_TOKENS = 5;

  private final List<int[]> windows;
  private final List<Tune> training;
  private final List<Tune> heldOut;

  /** Makes a corpus of the tunes read. */
  public MelodyCorpus(MelodyData data) {
    windows = MelodyData.tokens(data.training());
    training = data.training();
    heldOut = data.heldOut();
  }

  @Override
  public Sample draw(RandomGenerator random, int length) {
    int[] row = new int[length];
    boolean[] counted = new boolean[length];
    int filled = 0;
    while (filled < length) {
      int[] window = windows.get(random.nextInt(windows.size()));
      int taken = Math.min(window.length, length - filled);
      System.arraycopy(window, 0, row, filled, taken);
      if (taken > CONTROL_TOKENS) {
        Arrays.fill(counted, filled + CONTROL_TOKENS, filled + taken, true);
      }
      filled += taken;
    }
    return new Sample(row, counted);
  }

  @Override
  public Iterable<Sample> training() {
    return () -> training.stream().flatMap(tune -> apart(tune).stream()).iterator();
  }

  @Override
  public List<Sample> heldOut(int length) {
    return heldOut.stream()
        .flatMap(tune -> apart(tune).stream())
        .filter(sample -> sample.ids().length <= length)
        .toList();
  }

  /** Returns windows of 16 bars, or what is left of a tune, that do not overlap. */
  private static List<Sample> apart(Tune tune) {
    int bars = tune.bars().size();
    List<Sample> samples = new ArrayList<>();
    for (int from = 0; from == 0 || from + 4 <= bars; from += BARS_APART) {
      samples.add(sample(Vocabulary.encode(tune.bars(from, Math.min(bars, from + BARS_APART)))));
    }
    return samples;
  }

  private static Sample sample(int[] ids) {
    boolean[] counted = new boolean[ids.length];
    Arrays.fill(counted, CONTROL_TOKENS, ids.length, true);
    return new Sample(ids, counted);
  }
}
