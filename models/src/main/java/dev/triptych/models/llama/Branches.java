package dev.triptych.models.llama;

import dev.triptych.models.language.Continuation;

/**
 * Several continuations of one beginning, read side by side: one step of eight costs far less than
 * eight steps.
 *
 * <p>All have the same length; one that is over reads any token on. Belongs to one thread at a
 * time. The bytes of the logits depend on how many branches there are, on nothing else.
 */
public final class Branches implements AutoCloseable {

  private final Continuation text;

  Branches(Continuation text) {
    this.text = text;
  }

  /**
   * Reads one token in each branch.
   *
   * @param ids one for each branch
   * @return logits of the tokens that follow, (branches, vocab)
   * @throws IllegalArgumentException if there are more or fewer ids, or the context is full
   */
  public float[][] step(int... ids) {
    return text.step(ids);
  }

  /**
   * Forgets all tokens after the first {@code length}, in every branch.
   *
   * @throws IllegalArgumentException if fewer were read
   */
  public void rewind(int length) {
    for (int row = 0; row < count(); row++) {
      text.rewind(row, length);
    }
  }

  /** Returns how many tokens each branch has read, with the common beginning. */
  public int length() {
    return text.length(0);
  }

  /** Returns how many branches there are. */
  public int count() {
    return text.rows();
  }

  @Override
  public void close() {
    text.close();
  }
}
