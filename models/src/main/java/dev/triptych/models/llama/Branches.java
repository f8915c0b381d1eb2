package dev.triptych.models.llama;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import java.util.Arrays;

/**
 * Several continuations of one beginning, read side by side: one step of eight costs far less than
 * eight steps.
 *
 * <p>All have the same length; one that is over reads any token on. Belongs to one thread at a
 * time. The bytes of the logits depend on how many branches there are, on nothing else.
 */
public final class Branches implements AutoCloseable {

  private final Llama llama;
  private final Program program;
  private final KvCache cache;
  private final int count;
  private int length;

  Branches(Llama llama, Program program, KvCache cache, int count, int length) {
    this.llama = llama;
    this.program = program;
    this.cache = cache;
    this.count = count;
    this.length = length;
  }

  /**
   * Reads one token in each branch.
   *
   * @param ids one for each branch
   * @return logits of the tokens that follow, (branches, vocab)
   * @throws IllegalArgumentException if there are more or fewer ids, or the context is full
   */
  public float[][] step(int... ids) {
    if (ids.length != count) {
      throw new IllegalArgumentException(ids.length + " tokens for " + count + " branches");
    }
    llama.check(ids, length + 1 - count);
    Tensor room = cache.reserved(length + 1);
    try (Tensor tensor = Tensor.of(ids, count, 1);
        Program.Result result = program.call("forward", tensor, room, length)) {
      float[] all = result.floats();
      length++;
      int vocab = all.length / count;
      float[][] logits = new float[count][];
      for (int i = 0; i < count; i++) {
        logits[i] = Arrays.copyOfRange(all, i * vocab, (i + 1) * vocab);
      }
      return logits;
    }
  }

  /**
   * Forgets all tokens after the first {@code length}, in every branch.
   *
   * @throws IllegalArgumentException if fewer were read
   */
  public void rewind(int length) {
    if (length < 0 || length > this.length) {
      throw new IllegalArgumentException(
          "cannot go back to " + length + " of " + this.length + " tokens");
    }
    this.length = length;
  }

  /** Returns how many tokens each branch has read, with the common beginning. */
  public int length() {
    return length;
  }

  /** Returns how many branches there are. */
  public int count() {
    return count;
  }

  @Override
  public void close() {
    cache.close();
  }
}
