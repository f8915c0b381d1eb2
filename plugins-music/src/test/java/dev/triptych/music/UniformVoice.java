package dev.triptych.music;

import dev.triptych.models.sampling.Sampler;

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

  /** Writes a whole score of random bars. */
  static Score score(Setting setting, long seed) {
    Sampler sampler =
        Sampler.seeded(seed).processor(new MelodyGrammar(setting.meter(), setting.key().mode()));
    Composer composer = new Composer(setting, new UniformVoice(), sampler);
    java.util.List<Bar> bars = new java.util.ArrayList<>();
    while (bars.size() < setting.bars()) {
      bars.add(composer.next(bars, () -> {}));
    }
    return setting.score(bars);
  }
}
