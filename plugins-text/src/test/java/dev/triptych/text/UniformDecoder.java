package dev.triptych.text;

import java.util.SplittableRandom;

/** A decoder that knows nothing: random logits, so that only the rules speak. */
final class UniformDecoder implements Decoder {
  private final SplittableRandom random;
  private final int vocabulary;
  private int length;

  UniformDecoder(int vocabulary, long seed) {
    this.vocabulary = vocabulary;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public float[] prefill(int... ids) {
    length += ids.length;
    float[] logits = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logits[i] = (float) random.nextDouble();
    }
    return logits;
  }

  @Override
  public float[] step(int id) {
    return prefill(id);
  }

  @Override
  public void rewind(int length) {
    if (length > this.length) {
      throw new IllegalArgumentException("cannot rewind forward");
    }
    this.length = length;
  }

  @Override
  public int length() {
    return length;
  }
}
