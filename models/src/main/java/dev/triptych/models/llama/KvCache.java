package dev.triptych.models.llama;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;

/** Keys and values of what was read, with room that doubles when it is full. */
final class KvCache implements AutoCloseable {

  private static final int FIRST = 64;

  private final Program program;
  private final int context;
  private Tensor tensor; // (layers, 2, rows, groups, capacity, dim), null while empty
  private int capacity;

  KvCache(Program program, int context) {
    this.program = program;
    this.context = context;
  }

  /** Returns the cache with room for so many positions, none more than the context. */
  Tensor reserved(int positions) {
    if (positions > capacity) {
      int larger = Math.min(context, Math.max(positions, Math.max(FIRST, 2 * capacity)));
      Tensor old = tensor;
      tensor = old == null ? tensor("empty", 1, larger) : tensor("grown", old, larger);
      capacity = larger;
      if (old != null) {
        old.close();
      }
    }
    return tensor;
  }

  /** Returns a copy for so many rows, each beginning with this one's first positions. */
  KvCache branched(int rows, int positions) {
    KvCache branches = new KvCache(program, context);
    int room = Math.min(context, positions + FIRST);
    branches.tensor = tensor("branched", reserved(positions), rows, positions, room);
    branches.capacity = room;
    return branches;
  }

  private Tensor tensor(String method, Object... arguments) {
    try (Program.Result result = program.call(method, arguments)) {
      return result.tensor();
    }
  }

  @Override
  public void close() {
    if (tensor != null) {
      tensor.close();
      tensor = null;
      capacity = 0;
    }
  }
}
