package dev.triptych.training.lm;

import dev.triptych.models.Tensor;
import java.util.List;

/** Rows of one step, padded to the longest; padding never counts. */
record Batch(Tensor ids, Tensor counted, int length, long tokens, long countedTokens)
    implements AutoCloseable {

  static Batch of(List<Corpus.Sample> rows) {
    int length = rows.stream().mapToInt(row -> row.ids().length).max().orElse(0);
    int[] ids = new int[rows.size() * length];
    float[] counted = new float[ids.length];
    long tokens = 0;
    long countedTokens = 0;
    for (int r = 0; r < rows.size(); r++) {
      Corpus.Sample row = rows.get(r);
      tokens += row.ids().length;
      for (int t = 0; t < row.ids().length; t++) {
        ids[r * length + t] = row.ids()[t];
        if (t > 0 && row.counted()[t]) {
          counted[r * length + t] = 1;
          countedTokens++;
        }
      }
    }
    if (countedTokens == 0) {
      throw new IllegalArgumentException("no token of these rows counts: nothing to learn");
    }
    return new Batch(
        Tensor.of(ids, rows.size(), length),
        Tensor.of(counted, rows.size(), length),
        length,
        tokens,
        countedTokens);
  }

  @Override
  public void close() {
    ids.close();
    counted.close();
  }
}
