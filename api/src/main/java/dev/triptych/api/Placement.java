package dev.triptych.api;

import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;

/** Where and how precisely a model computes, as the host decided. */
@ProviderType
public final class Placement {
  private final String device;
  private final String dtype;

  private Placement(String device, String dtype) {
    this.device = Objects.requireNonNull(device, "device");
    this.dtype = Objects.requireNonNull(dtype, "dtype");
  }

  /**
   * Returns a placement.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param dtype {@code float32}, {@code bfloat16}, {@code float16}, {@code int8} where the model
   *     kind can, or {@code auto}: what the model kind computes fastest at there
   */
  public static Placement of(String device, String dtype) {
    return new Placement(device, dtype);
  }

  /** Returns {@code cpu} or {@code cuda:N}. */
  public String device() {
    return device;
  }

  /** Returns {@code float32}, {@code bfloat16}, {@code float16} or {@code auto}. */
  public String dtype() {
    return dtype;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Placement that
        && device.equals(that.device)
        && dtype.equals(that.dtype);
  }

  @Override
  public int hashCode() {
    return Objects.hash(device, dtype);
  }

  @Override
  public String toString() {
    return device + "/" + dtype;
  }
}
