package dev.triptych.music;

import dev.triptych.models.llama.Llama;

/**
 * A Llama in the middle of a tune.
 *
 * @param run is closed by whoever opened it
 */
record LlamaVoice(Llama.Run run) implements Composer.Voice {
  @Override
  public float[] prefill(int... ids) {
    return run.prefill(ids);
  }

  @Override
  public float[] step(int id) {
    return run.step(id);
  }

  @Override
  public void rewind(int length) {
    run.rewind(length);
  }
}
