package dev.triptych.models.diffusers;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;

/**
 * A tensor on its way through a program's layers, each a call, freed as the next one takes its
 * place.
 */
final class Layers implements AutoCloseable {

  private final Program program;
  private final Runnable between;
  private Tensor at;

  /** Takes over the tensor; {@code between} runs before each layer and may throw to stop. */
  Layers(Program program, Tensor start, Runnable between) {
    this.program = program;
    this.at = start;
    this.between = between;
  }

  void through(String layer, Object... place) {
    between.run();
    Object[] arguments = new Object[1 + place.length];
    arguments[0] = at;
    System.arraycopy(place, 0, arguments, 1, place.length);
    Tensor next;
    try (Program.Result result = program.call(layer, arguments)) {
      next = result.tensor();
    }
    at.close();
    at = next;
  }

  Planes planes() {
    long[] shape = at.shape();
    return new Planes(at.floats(), (int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3]);
  }

  @Override
  public void close() {
    at.close();
  }
}
