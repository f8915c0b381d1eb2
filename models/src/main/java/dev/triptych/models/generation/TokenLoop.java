package dev.triptych.models.generation;

import dev.triptych.models.language.Continuation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Greedy and drawn continuations: one token in each row that goes on, step by step. */
final class TokenLoop {

  private final TokenListener listener;
  private final BooleanSupplier cancelled;

  TokenLoop(TokenListener listener, BooleanSupplier cancelled) {
    this.listener = listener;
    this.cancelled = cancelled;
  }

  /**
   * Continues rows until each has ended; a row that ended costs nothing more.
   *
   * @param continuation has read each row's tokens, in their order
   * @param first logits after them
   */
  List<Generated> run(Continuation continuation, float[][] first, List<Row> rows) {
    List<Row> live = new ArrayList<>(rows);
    float[][] logits = first;
    while (true) {
      for (int i = 0; i < live.size(); i++) {
        live.get(i).take(logits[i], listener);
      }
      List<Row> before = live;
      int[] going =
          IntStream.range(0, before.size()).filter(i -> before.get(i).finish() == null).toArray();
      live = new ArrayList<>(IntStream.of(going).mapToObj(before::get).toList());
      if (!live.isEmpty() && cancelled.getAsBoolean()) {
        live.forEach(Row::cancel);
        live.clear();
      }
      if (live.isEmpty()) {
        return rows.stream().map(Row::result).toList();
      }
      if (live.size() < before.size()) {
        continuation.select(going);
      }
      logits = continuation.step(live.stream().mapToInt(Row::last).toArray());
    }
  }
}
