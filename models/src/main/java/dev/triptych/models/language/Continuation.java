package dev.triptych.models.language;

/**
 * Rows of tokens that a model has read, with their keys and values, side by side.
 *
 * <p>One row is the usual case; several are a batch of prompts, or beams. Rows may have different
 * lengths. Belongs to one thread at a time. Logits are those of transformers for the row alone,
 * within the precision of the type; their bytes depend on the number of rows, never on other
 * threads or on load.
 */
public interface Continuation extends AutoCloseable {

  /** Returns how many rows there are. */
  int rows();

  /** Returns how many tokens a row has read. */
  int length(int row);

  /**
   * Reads tokens in each row after those already read.
   *
   * @param ids at least one token for each row; rows may get different numbers of them
   * @return logits of the token that follows in each row, (rows, vocabulary)
   * @throws IllegalArgumentException if a row gets none, an id is unknown, or the context is full
   */
  float[][] prefill(int[]... ids);

  /**
   * Reads one token in each row.
   *
   * @param ids one for each row
   * @return logits of the token that follows in each row, (rows, vocabulary)
   */
  float[][] step(int... ids);

  /**
   * Reads several tokens in the only row, and returns the logits after each of them, as checking
   * guessed tokens needs.
   *
   * @return logits, (ids.length, vocabulary)
   * @throws IllegalStateException if there are several rows
   */
  float[][] read(int... ids);

  /**
   * Makes row {@code i} go on from what row {@code rows[i]} has read, for every i; the number of
   * rows becomes {@code rows.length}. Beams are reordered and prompts branched so.
   */
  void select(int... rows);

  /**
   * Returns another continuation whose row {@code i} goes on from what row {@code rows[i]} of this
   * one has read; close it. This one goes on unchanged, so that a beginning may be kept and used
   * again.
   */
  Continuation branch(int... rows);

  /**
   * Forgets what a row has read after its first {@code length} tokens.
   *
   * @throws IllegalArgumentException if it has read fewer
   */
  void rewind(int row, int length);

  /** Frees the memory; a second close does nothing. */
  @Override
  void close();
}
