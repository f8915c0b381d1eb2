package dev.triptych.models.ledger;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chooses the device that models are placed on. */
public final class Devices {
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,3})");

  private Devices() {}

  /** Returns the CPU, at the precision that each kind of model computes fastest at. */
  public static Placement cpu() {
    return Placement.of("cpu", "auto");
  }

  /**
   * Returns the placement for a wish, asking the PyTorch engine what there is.
   *
   * @param wish {@code auto} (the first CUDA device if libtorch finds one, else the CPU), {@code
   *     cpu} or {@code cuda:N}
   * @throws IllegalArgumentException if there is no such device, saying what there is
   */
  public static Placement choose(String wish) {
    return choose(wish, wish.equals("cpu") ? 0 : Torch.cudaDevices());
  }

  static Placement choose(String wish, int gpus) {
    Matcher cuda = CUDA.matcher(wish);
    if (wish.equals("cpu") || wish.equals("auto") && gpus == 0) {
      return cpu();
    }
    if (wish.equals("auto")) {
      return Placement.of("cuda:0", "auto");
    }
    if (cuda.matches() && Integer.parseInt(cuda.group(1)) < gpus) {
      return Placement.of(wish, "auto");
    }
    throw new IllegalArgumentException(
        "device \""
            + wish
            + "\" must be auto, cpu or cuda:N; libtorch finds "
            + (gpus == 0 ? "no CUDA device" : gpus + " CUDA device(s), from cuda:0")
            + " here");
  }
}
