package dev.triptych.music;

import java.util.SplittableRandom;

/** A voice without a model: all tokens are as likely, so that only the grammar speaks. */
final class UniformVoice implements Composer.Voice {
  private int length;

  @Override
  public float[] prefill(int... ids) {
    length += ids.length;
    return new float[Vocabulary.SIZE];
  }

  @Override
  public float[] step(int id) {
    return prefill(id);
  }

  @Override
  public void rewind(int to) {
    if (to > length) {
      throw new IllegalArgumentException("cannot rewind " + length + " to " + to);
    }
    length = to;
  }

  /** Chooses evenly among what is allowed. */
  static Composer.Choice choice(SplittableRandom random) {
    return logits -> {
      int allowed = 0;
      int chosen = -1;
      for (int id = 0; id < logits.length; id++) {
        if (logits[id] != Float.NEGATIVE_INFINITY && random.nextInt(++allowed) == 0) {
          chosen = id;
        }
      }
      if (chosen < 0) {
        throw new IllegalStateException("the grammar allows nothing");
      }
      return chosen;
    };
  }

  /** Writes a whole score of random bars. */
  static Score score(Setting setting, long seed) {
    Composer composer =
        new Composer(setting, new UniformVoice(), choice(new SplittableRandom(seed)));
    java.util.List<Bar> bars = new java.util.ArrayList<>();
    while (bars.size() < setting.bars()) {
      bars.add(composer.next(bars));
    }
    return setting.score(bars);
  }
}
