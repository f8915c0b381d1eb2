package dev.triptych.music;

import dev.triptych.models.sampling.LogitsProcessor;

/**
 * Makes it likelier that a phrase comes again: in groups of four phrases of four bars, counted from
 * the end, the second and the fourth lean towards the first (A A B A), all but their last bar.
 *
 * <p>It forbids nothing and writes nothing: as long as a bar has gone like its model bar, the token
 * by which it would go on so gains the same number of nats.
 */
final class PhraseMemory implements LogitsProcessor {
  private static final int PHRASE = 4;

  private final double gain;

  /**
   * Makes a memory.
   *
   * @param gain nats added to the logit of the remembered token
   */
  PhraseMemory(double gain) {
    this.gain = gain;
  }

  @Override
  public void process(int[] ids, int length, float[] logits) {
    int start = barStart(ids, length, 0);
    if (start < 0) {
      return;
    }
    int left = Vocabulary.barsLeft(ids[start]);
    int model = modelBar(ids, start, left);
    if (model < 0) {
      return;
    }
    int done = length - start; // tokens of this bar, its bar token included
    for (int i = 1; i < done; i++) {
      if (ids[start + i] != ids[model + i]) {
        return;
      }
    }
    int remembered = ids[model + done];
    int next = Vocabulary.isBar(remembered) ? Vocabulary.bar(Math.max(1, left - 1)) : remembered;
    logits[next] += (float) gain;
  }

  /** Returns where the bar begins that this one leans towards, or -1. */
  private static int modelBar(int[] ids, int start, int left) {
    boolean cadence = (left - 1) % PHRASE == 0;
    int phrase = (left - 1) / PHRASE % 4; // 3, 2, 1, 0: A A B A
    if (cadence || phrase == 3 || phrase == 1) {
      return -1;
    }
    int far = phrase == 0 ? barStart(ids, start, 3 * PHRASE - 1) : -1;
    return far >= 0 ? far : barStart(ids, start, PHRASE - 1);
  }

  /** Returns where the bar begins that is so many bars before the last, or -1. */
  private static int barStart(int[] ids, int length, int before) {
    int bars = before;
    for (int i = length - 1; i >= 0; i--) {
      if (Vocabulary.isBar(ids[i]) && bars-- == 0) {
        return i;
      }
    }
    return -1;
  }
}
