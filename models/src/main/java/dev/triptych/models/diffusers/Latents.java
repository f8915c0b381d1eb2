package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The noise that a picture begins from. */
public final class Latents {

  private Latents() {}

  /**
   * Draws normal noise: the numbers of {@code torch.randn(shape,
   * generator=torch.Generator("cpu").manual_seed(seed))}.
   *
   * <p>The generator belongs to the call: other jobs do not change the numbers.
   *
   * @return numbers in row-major order
   */
  public static float[] noise(long seed, int... shape) {
    try (Program program =
            Program.load(
                Latents.class, List.of("noise.py"), List.of(), Placement.of("cpu", "float32"));
        Program.Result noise = program.call("normal", seed, shape)) {
      return noise.floats();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
