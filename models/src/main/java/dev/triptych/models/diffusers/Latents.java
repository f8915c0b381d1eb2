package dev.triptych.models.diffusers;

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
    return TorchNoise.of(seed, 1, shape).next();
  }
}
