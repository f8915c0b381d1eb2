package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decoder computes in.
 *
 * @param dtype PyTorch's number of the type that flows between the layers
 * @param int8 whether matrices are rounded to int8, each row by its largest number
 * @param inner whether few rows are multiplied by oneDNN's inner product
 */
record Precision(int dtype, boolean int8, boolean inner) {

  static Precision of(Placement placement, int dtype) {
    boolean int8 = placement.dtype().equals("int8");
    boolean cpu = placement.device().equals("cpu");
    if (int8 && !cpu) {
      throw new IllegalArgumentException(
          "dtype int8 is computed on the cpu alone, not on " + placement.device());
    }
    return new Precision(dtype, int8, cpu && Torch.instructionSet().contains("avx512_bf16"));
  }

  /** Returns the files of a program: what all decoders share, and those given. */
  List<String> program(String... files) {
    List<String> all = new ArrayList<>();
    all.add(inner ? "inner_onednn.py" : "inner_plain.py");
    all.add("layers.py");
    all.add("attention.py");
    all.addAll(List.of(files));
    return all;
  }
}
