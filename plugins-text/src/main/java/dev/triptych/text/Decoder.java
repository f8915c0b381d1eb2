package dev.triptych.text;

import dev.triptych.models.llama.Llama;

/** One reading of a decoder: takes tokens and says, as logits, what may come next. */
interface Decoder {

  /** Takes tokens and returns the logits after the last of them, one a token of the vocabulary. */
  float[] prefill(int... ids);

  /** Takes one token and returns the logits after it. */
  float[] step(int id);

  /** Forgets everything after the first {@code length} tokens. */
  void rewind(int length);

  /** Returns the number of tokens taken. */
  int length();

  /** Returns the model's run as a decoder. */
  static Decoder of(Llama.Run run) {
    return new Decoder() {
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

      @Override
      public int length() {
        return run.length();
      }
    };
  }
}
