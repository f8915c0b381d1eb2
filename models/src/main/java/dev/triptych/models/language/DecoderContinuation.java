package dev.triptych.models.language;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import java.util.Arrays;

/**
 * Rows whose keys and values lie in one cache, each row from its first slot on.
 *
 * <p>Rows that stand equally long are read together. Others too while that is cheap, shorter ones
 * filled up and masked; long prompts of different lengths are read one after another.
 */
final class DecoderContinuation implements Continuation {

  private static final int FIRST = 64; // positions of a new cache
  private static final int PIECE = 512; // tokens of one call

  private final Program program;
  private final Decoder.Facts facts;
  private Tensor cache; // (layers, 2, rows, groups, capacity, D), null while empty
  private int capacity;
  private int[] lengths; // tokens read
  private int[] held; // of these, in the cache as they must be
  private int[][] history; // the tokens, only where they may have to be read again

  DecoderContinuation(Program program, Decoder.Facts facts, int rows) {
    this.program = program;
    this.facts = facts;
    this.lengths = new int[rows];
    this.held = new int[rows];
    this.history = new int[rows][0];
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
    check(ids);
    int[][] unread = withWhatMustBeReadAgain(ids);
    int most = Arrays.stream(unread).mapToInt(row -> row.length).max().orElseThrow();
    boolean even = Arrays.stream(unread).allMatch(row -> row.length == most) && equal(held);
    int[] spans = new int[rows()];
    Arrays.setAll(spans, row -> held[row] + unread[row].length);
    reserve(even ? spans[0] : Arrays.stream(held).max().orElseThrow() + most);
    float[][] logits;
    if (even || (long) rows() * most <= PIECE) {
      logits = together(unread, spans, most);
    } else {
      logits = new float[rows()][];
      for (int row = 0; row < rows(); row++) {
        logits[row] = alone(row, unread[row], spans[row], false)[0];
      }
    }
    read(ids, unread);
    return logits;
  }

  /** Reads all rows at once; those of different lengths in one piece. */
  private float[][] together(int[][] ids, int[] spans, int most) {
    int step = Math.max(1, PIECE / rows());
    float[][] logits = null;
    for (int from = 0; from < most; from += step) {
      int length = Math.min(step, most - from);
      int[] flat = new int[rows() * length];
      int[] starts = new int[rows()];
      int[] counts = new int[rows()];
      for (int row = 0; row < rows(); row++) {
        starts[row] = held[row] + from;
        counts[row] = Math.min(length, ids[row].length - from);
        System.arraycopy(ids[row], from, flat, row * length, counts[row]);
      }
      boolean last = from + length == most;
      logits = forward(flat, 0, starts, counts, spans, false, last);
    }
    return logits;
  }

  /** Reads one row; returns the logits after its last token, or after every one. */
  private float[][] alone(int row, int[] ids, int span, boolean every) {
    float[][] logits = new float[every ? ids.length : 1][];
    for (int from = 0; from < ids.length; from += PIECE) {
      int[] piece = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + PIECE));
      int[] starts = {held[row] + from};
      int[] counts = {piece.length};
      boolean last = from + piece.length == ids.length;
      float[][] found = forward(piece, row, starts, counts, new int[] {span}, every, every || last);
      if (every) {
        System.arraycopy(found, 0, logits, from, found.length);
      } else if (last) {
        logits = found;
      }
    }
    return logits;
  }

  @Override
  public float[][] step(int... ids) {
    if (ids.length != rows()) {
      throw new IllegalArgumentException(ids.length + " tokens for " + rows() + " rows");
    }
    int[][] each = new int[ids.length][];
    Arrays.setAll(each, row -> new int[] {ids[row]});
    return prefill(each);
  }

  @Override
  public float[][] read(int... ids) {
    if (rows() != 1) {
      throw new IllegalStateException("several tokens are read in the only row, not in " + rows());
    }
    int[][] one = {ids};
    check(one);
    int[][] unread = withWhatMustBeReadAgain(one);
    int span = held[0] + unread[0].length;
    reserve(span);
    float[][] logits = alone(0, unread[0], span, true);
    read(one, unread);
    return Arrays.copyOfRange(logits, logits.length - ids.length, logits.length);
  }

  private float[][] forward(
      int[] ids, int row, int[] starts, int[] counts, int[] spans, boolean every, boolean wanted) {
    try (Program.Result result =
        program.call("forward", ids, cache, row, starts, counts, spans, every)) {
      if (!wanted) {
        return null;
      }
      return Logits.rows(result.floats(), every ? ids.length : starts.length);
    }
  }

  /** Where a row grows beyond the length at which positions turn otherwise, it is read anew. */
  private int[][] withWhatMustBeReadAgain(int[][] ids) {
    if (facts.reread() == 0) {
      return ids;
    }
    int[][] unread = new int[ids.length][];
    for (int row = 0; row < ids.length; row++) {
      if (lengths[row] <= facts.reread() && lengths[row] + ids[row].length > facts.reread()) {
        held[row] = 0;
      }
      unread[row] = joined(Arrays.copyOfRange(history[row], held[row], lengths[row]), ids[row]);
    }
    return unread;
  }

  private void read(int[][] ids, int[][] unread) {
    for (int row = 0; row < ids.length; row++) {
      lengths[row] += ids[row].length;
      held[row] += unread[row].length;
      if (facts.reread() > 0) {
        history[row] = joined(history[row], ids[row]);
      }
    }
  }

  private static int[] joined(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static boolean equal(int[] numbers) {
    return Arrays.stream(numbers).allMatch(number -> number == numbers[0]);
  }

  private void check(int[][] ids) {
    if (ids.length != rows()) {
      throw new IllegalArgumentException(ids.length + " prompts for " + rows() + " rows");
    }
    for (int row = 0; row < ids.length; row++) {
      if (ids[row].length == 0) {
        throw new IllegalArgumentException("each row reads at least one token");
      }
      TokenIds.require(ids[row], lengths[row], facts.context(), facts.vocabulary());
    }
  }

  private void reserve(int positions) {
    if (positions > capacity) {
      long doubled = Math.max(FIRST, 2L * capacity);
      int larger = (int) Math.max(positions, Math.min(doubled, facts.context()));
      Tensor old = cache;
      int kept = Math.min(capacity, Arrays.stream(held).max().orElseThrow());
      int[] all = new int[rows()];
      Arrays.setAll(all, row -> row);
      cache =
          old == null
              ? tensor("empty", rows(), larger)
              : tensor("selected", old, all, kept, larger);
      capacity = larger;
      if (old != null) {
        old.close();
      }
    }
  }

  @Override
  public void select(int... rows) {
    DecoderContinuation chosen = branch(rows);
    if (cache != null) {
      cache.close();
    }
    cache = chosen.cache;
    capacity = chosen.capacity;
    lengths = chosen.lengths;
    held = chosen.held;
    history = chosen.history;
  }

  @Override
  public DecoderContinuation branch(int... rows) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("a continuation has at least one row");
    }
    DecoderContinuation other = new DecoderContinuation(program, facts, rows.length);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] < 0 || rows[i] >= rows()) {
        throw new IllegalArgumentException("row " + rows[i] + " is none of " + rows());
      }
      other.lengths[i] = lengths[rows[i]];
      other.held[i] = held[rows[i]];
      other.history[i] = history[rows[i]];
    }
    if (cache != null) {
      int kept = Arrays.stream(other.held).max().orElseThrow();
      other.capacity = Math.max(FIRST, Math.min(capacity, kept + FIRST));
      other.cache = tensor("selected", cache, rows, kept, other.capacity);
    }
    return other;
  }

  @Override
  public void rewind(int row, int length) {
    if (length < 0 || length > lengths[row]) {
      throw new IllegalArgumentException(
          "cannot go back to " + length + " of " + lengths[row] + " tokens");
    }
    boolean turnsBack = length <= facts.reread() && lengths[row] > facts.reread();
    lengths[row] = length;
    held[row] = turnsBack ? 0 : Math.min(held[row], length);
    history[row] = facts.reread() > 0 ? Arrays.copyOf(history[row], length) : history[row];
  }

  private Tensor tensor(String method, Object... arguments) {
    try (Program.Result result = program.call(method, arguments)) {
      return result.tensor();
    }
  }

  @Override
  public void close() {
    if (cache != null) {
      cache.close();
      cache = null;
      capacity = 0;
    }
    lengths = new int[rows()];
    held = new int[rows()];
    history = new int[rows()][0];
  }
}
