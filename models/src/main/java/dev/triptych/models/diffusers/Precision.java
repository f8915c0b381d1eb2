package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;

/** How precisely a diffusion model computes. */
final class Precision {

  private Precision() {}

  /**
   * Returns whether to compute in bfloat16: where asked for, and with {@code auto} on CUDA and on
   * CPUs with instructions for it.
   */
  static boolean bfloat16(Placement placement) {
    return switch (placement.dtype()) {
      case "bfloat16" -> true;
      case "float32" -> false;
      case "auto" ->
          !placement.device().equals("cpu")
              || Torch.instructionSet().contains("avx512_bf16")
              || Torch.instructionSet().contains("amx_bf16");
      default ->
          throw new IllegalArgumentException(
              "diffusion models compute in float32 or bfloat16, not in " + placement.dtype());
    };
  }
}
