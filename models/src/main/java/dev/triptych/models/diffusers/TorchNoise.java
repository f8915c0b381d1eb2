package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Normal noise as {@code torch.randn(shape, generator=generator, dtype=dtype)} draws it again and
 * again from one {@code torch.Generator("cpu").manual_seed(seed)}.
 *
 * <pre>{@code
 * TorchNoise noise = TorchNoise.of(seed, 1 + scheduler.noises(), 1, 4, 64, 64);
 * float[] start = noise.next();
 * x = scheduler.step(out, i, x, noise::next);
 * }</pre>
 *
 * <p>All draws are made at once, by a generator of their own: other jobs do not change the numbers.
 * Its use later is by one thread.
 */
public final class TorchNoise {

  /** PyTorch's numbers for the types that it can draw in. */
  private static final List<String> DTYPES = List.of("float16", "float32", "float64", "bfloat16");

  private static final int[] SCALAR_TYPES = {5, 6, 7, 15};

  private final List<float[]> drawn;
  private int next;

  private TorchNoise(List<float[]> drawn) {
    this.drawn = drawn;
  }

  /**
   * One tensor to draw.
   *
   * @param dtype what it is drawn in, {@code float32}, {@code float16}, {@code bfloat16} or {@code
   *     float64}: the same seed gives other numbers in another one
   * @param shape its size in each dimension
   */
  public record Draw(String dtype, int... shape) {}

  /** Draws {@code count} tensors of one shape in float32. */
  public static TorchNoise of(long seed, int count, int... shape) {
    return of(seed, Collections.nCopies(count, new Draw("float32", shape)));
  }

  /**
   * Draws tensors one after the other.
   *
   * @throws IllegalArgumentException if a dtype is none of those above
   */
  public static TorchNoise of(long seed, List<Draw> draws) {
    if (draws.isEmpty()) {
      return new TorchNoise(List.of());
    }
    int[] types = draws.stream().mapToInt(TorchNoise::scalarType).toArray();
    int[] dimensions = draws.stream().mapToInt(draw -> draw.shape().length).toArray();
    int[] sizes = draws.stream().flatMapToInt(draw -> Arrays.stream(draw.shape())).toArray();
    try (Program program =
            Program.load(
                TorchNoise.class, List.of("noise.py"), List.of(), Placement.of("cpu", "float32"));
        Program.Result noise = program.call("normal", seed, types, dimensions, sizes)) {
      List<float[]> drawn = new ArrayList<>();
      for (Tensor tensor : noise.tensors()) {
        try (tensor) {
          drawn.add(tensor.floats());
        }
      }
      return new TorchNoise(drawn);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int scalarType(Draw draw) {
    int index = DTYPES.indexOf(draw.dtype());
    if (index < 0) {
      throw new IllegalArgumentException(
          "noise is drawn in one of " + DTYPES + ", not in " + draw.dtype());
    }
    return SCALAR_TYPES[index];
  }

  /**
   * Returns the next tensor's numbers, in row-major order.
   *
   * @throws NoSuchElementException if all that were drawn have been taken
   */
  public float[] next() {
    if (next == drawn.size()) {
      throw new NoSuchElementException("all " + next + " noise tensors have been taken");
    }
    return drawn.get(next++);
  }
}
