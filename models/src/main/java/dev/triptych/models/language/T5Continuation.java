package dev.triptych.models.language;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Rows that a T5's decoder has read, each beside what the encoder made of its source.
 *
 * <p>Each row's positions begin at the front of the cache; what stands after its length was
 * forgotten, or never was.
 */
final class T5Continuation implements Continuation {

  private static final int FIRST = 64;
  private static final int PIECE = 512;

  private final T5 t5;
  private final Program program;
  private Tensor sources; // (layers, 2, rows, heads, source, D)
  private int[] widths; // of each row's source
  private int[] origins; // the row of open(…) that each row's source comes from
  private int[] lengths;
  private Tensor cache; // (layers, 2, rows, heads, capacity, D)
  private int capacity;

  T5Continuation(T5 t5, Program program, Tensor sources, int[] widths) {
    this.t5 = t5;
    this.program = program;
    this.sources = sources;
    this.widths = widths;
    origins = IntStream.range(0, widths.length).toArray();
    lengths = new int[widths.length];
  }

  @Override
  public int rows() {
    return lengths.length;
  }

  @Override
  public int length(int row) {
    return lengths[row];
  }

  @Override
  public float[][] prefill(int[]... ids) {
    requireOpen();
    if (ids.length != rows()) {
      throw new IllegalArgumentException(ids.length + " beginnings for " + rows() + " rows");
    }
    int longest = 0;
    for (int row = 0; row < ids.length; row++) {
      t5.check(ids[row], lengths[row]);
      longest = Math.max(longest, ids[row].length);
    }
    float[][] logits = new float[rows()][];
    for (int from = 0; from < longest; from += PIECE) {
      int[][] piece = new int[rows()][];
      for (int row = 0; row < piece.length; row++) {
        int start = Math.min(from, ids[row].length);
        piece[row] = Arrays.copyOfRange(ids[row], start, Math.min(from + PIECE, ids[row].length));
      }
      float[][] after = forward(piece);
      for (int row = 0; row < piece.length; row++) {
        logits[row] = piece[row].length > 0 ? after[row] : logits[row];
      }
    }
    return logits;
  }

  @Override
  public float[][] step(int... ids) {
    int[][] each = new int[ids.length][];
    for (int row = 0; row < ids.length; row++) {
      each[row] = new int[] {ids[row]};
    }
    return prefill(each);
  }

  /** Reads ids, of which rows may have none, in one call. */
  private float[][] forward(int[][] ids) {
    int[] counts = Arrays.stream(ids).mapToInt(row -> row.length).toArray();
    int length = Arrays.stream(counts).max().orElseThrow();
    int[] padded = new int[ids.length * length]; // (B, T)
    for (int row = 0; row < ids.length; row++) {
      System.arraycopy(ids[row], 0, padded, row * length, counts[row]);
    }
    reserve(Arrays.stream(lengths).max().orElseThrow() + length);
    try (Tensor tensor = Tensor.of(padded, ids.length, length);
        Program.Result result =
            program.call("forward", tensor, counts, lengths, cache, sources, widths)) {
      for (int row = 0; row < ids.length; row++) {
        lengths[row] += counts[row];
      }
      return Logits.rows(result.floats(), ids.length);
    }
  }

  @Override
  public float[][] read(int... ids) {
    requireOpen();
    if (rows() != 1) {
      throw new IllegalStateException("only one row is read so, and there are " + rows());
    }
    t5.check(ids, lengths[0]);
    reserve(lengths[0] + ids.length);
    try (Tensor tensor = Tensor.of(ids, 1, ids.length);
        Program.Result result = program.call("read", tensor, lengths[0], cache, sources, widths)) {
      lengths[0] += ids.length;
      return Logits.rows(result.floats(), ids.length);
    }
  }

  private void reserve(int positions) {
    if (positions > capacity) {
      int larger = Math.max(positions, Math.max(FIRST, 2 * capacity));
      Tensor old = cache;
      cache = old == null ? tensor("empty", rows(), larger) : tensor("grown", old, larger);
      capacity = larger;
      if (old != null) {
        old.close();
      }
    }
  }

  private Tensor tensor(String method, Object... arguments) {
    try (Program.Result result = program.call(method, arguments)) {
      return result.tensor();
    }
  }

  @Override
  public void select(int... rows) {
    requireRows(rows);
    if (Arrays.equals(rows, IntStream.range(0, rows()).toArray())) {
      return;
    }
    if (cache != null) {
      Tensor old = cache;
      cache = tensor("selected", old, rows);
      old.close();
    }
    int[] origins = picked(this.origins, rows);
    if (!Arrays.equals(origins, this.origins)) { // beams of one source change places for nothing
      Tensor old = sources;
      sources = tensor("selected", old, rows);
      old.close();
    }
    this.origins = origins;
    widths = picked(widths, rows);
    lengths = picked(lengths, rows);
  }

  @Override
  public Continuation branch(int... rows) {
    requireRows(rows);
    T5Continuation branch =
        new T5Continuation(t5, program, tensor("selected", sources, rows), picked(widths, rows));
    branch.origins = picked(origins, rows);
    branch.lengths = picked(lengths, rows);
    if (cache != null) {
      branch.cache = tensor("selected", cache, rows);
      branch.capacity = capacity;
    }
    return branch;
  }

  private void requireRows(int[] rows) {
    requireOpen();
    if (rows.length == 0) {
      throw new IllegalArgumentException("at least one row must stay");
    }
    for (int row : rows) {
      if (row < 0 || row >= rows()) {
        throw new IllegalArgumentException("there is no row " + row + " of " + rows());
      }
    }
  }

  private static int[] picked(int[] numbers, int[] rows) {
    return Arrays.stream(rows).map(row -> numbers[row]).toArray();
  }

  @Override
  public void rewind(int row, int length) {
    if (length < 0 || length > lengths[row]) {
      throw new IllegalArgumentException(
          "cannot go back to " + length + " of " + lengths[row] + " tokens");
    }
    lengths[row] = length;
  }

  private void requireOpen() {
    if (sources == null) {
      throw new IllegalStateException("the continuation is closed");
    }
  }

  @Override
  public void close() {
    if (cache != null) {
      cache.close();
      cache = null;
    }
    if (sources != null) {
      sources.close();
      sources = null;
    }
  }
}
