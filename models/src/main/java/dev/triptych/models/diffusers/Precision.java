package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;

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

  /** Returns the type to compute in: float32, bfloat16, or float16 where asked for. */
  static Dtype of(Placement placement) {
    if (placement.dtype().equals("float16")) {
      return Dtype.F16;
    }
    return bfloat16(placement) ? Dtype.BF16 : Dtype.F32;
  }

  /** Returns whether oneDNN takes weights that were reordered once. */
  static boolean packs(Placement placement) {
    String cpu = Torch.instructionSet();
    return placement.device().equals("cpu")
        && switch (of(placement)) {
          case F32 -> cpu.contains("avx2") || cpu.contains("avx512f");
          case BF16 -> cpu.contains("avx512f");
          default -> false;
        };
  }
}
