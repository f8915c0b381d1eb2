package dev.triptych.training.melody;

import dev.triptych.music.Tune;
import dev.triptych.music.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts tunes into the pieces that the model reads: 4 to 32 bars, from one phrase's start to
 * another's end.
 *
 * <p>Phrases are taken to be four bars long, counted from the first full bar; the first window of a
 * tune keeps its upbeat.
 */
final class Windows {
  private static final int PHRASE = 4;
  private static final int[] LENGTHS = {8, 16, 24, 32};

  private Windows() {}

  /** Returns the windows of a tune, overlapping, each at most {@link Vocabulary#MAX_BARS} bars. */
  static List<Tune> of(Tune tune) {
    int bars = tune.bars().size();
    int upbeat = bars > 1 && beginsLate(tune) ? 1 : 0;
    List<Tune> windows = new ArrayList<>();
    for (int start = upbeat; start < bars; start += PHRASE) {
      int from = start == upbeat ? 0 : start;
      int reached = -1;
      for (int length : LENGTHS) {
        int to = Math.min(start + length, bars);
        if (to - from <= Vocabulary.MAX_BARS && to - start >= PHRASE && to > reached) {
          windows.add(tune.bars(from, to));
          reached = to;
        }
      }
    }
    return windows;
  }

  private static boolean beginsLate(Tune tune) {
    return tune.bars().get(0).notes().isEmpty() || tune.bars().get(0).notes().get(0).position() > 0;
  }
}
