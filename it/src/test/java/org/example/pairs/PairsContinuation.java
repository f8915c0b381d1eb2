package org.example.pairs;

import dev.triptych.models.language.Continuation;
import java.util.Arrays;

/** Rows of words that were read. */
final class PairsContinuation implements Continuation {
  private final PairsModel model;
  private int[][] read;

  PairsContinuation(PairsModel model, int[][] read) {
    this.model = model;
    this.read = read;
  }

  @Override
  public int rows() {
    return read.length;
  }

  @Override
  public int length(int row) {
    return read[row].length;
  }

  @Override
  public float[][] prefill(int[]... ids) {
    float[][] logits = new float[read.length][];
    for (int row = 0; row < read.length; row++) {
      int before = read[row].length;
      read[row] = Arrays.copyOf(read[row], before + ids[row].length);
      System.arraycopy(ids[row], 0, read[row], before, ids[row].length);
      logits[row] = model.after(ids[row][ids[row].length - 1]);
    }
    return logits;
  }

  @Override
  public float[][] step(int... ids) {
    return prefill(Arrays.stream(ids).mapToObj(id -> new int[] {id}).toArray(int[][]::new));
  }

  @Override
  public float[][] read(int... ids) {
    return Arrays.stream(ids).mapToObj(id -> step(id)[0]).toArray(float[][]::new);
  }

  @Override
  public void select(int... rows) {
    read = chosen(rows);
  }

  @Override
  public Continuation branch(int... rows) {
    return new PairsContinuation(model, chosen(rows));
  }

  private int[][] chosen(int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> read[row].clone()).toArray(int[][]::new);
  }

  @Override
  public void rewind(int row, int length) {
    read[row] = Arrays.copyOf(read[row], length);
  }

  @Override
  public void close() {
    read = new int[0][];
  }
}
