package dev.triptych.models;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Numbers in native memory, held from Java until closed: an argument, a result, or the state of a
 * run such as a KV cache.
 *
 * <p>A tensor of any type may be held and passed on; only float32, int32 and int64 cross into Java
 * arrays. bfloat16 never does: a program returns {@code .to(torch.float32)}.
 */
public final class Tensor implements AutoCloseable {

  private final PtNDArray array;
  private final AtomicBoolean closed = new AtomicBoolean();

  Tensor(PtNDArray array) {
    this.array = array;
    array.attach(Torch.root());
    Torch.OPEN_TENSORS.incrementAndGet();
  }

  /**
   * Returns a float32 tensor on the CPU that holds a copy of the numbers.
   *
   * @throws IllegalArgumentException if their count is not the product of the shape
   */
  public static Tensor of(float[] numbers, long... shape) {
    return new Tensor((PtNDArray) Torch.root().create(numbers, checked(shape, numbers.length)));
  }

  /** Returns an int32 tensor on the CPU, such as token ids; see {@link #of(float[], long...)}. */
  public static Tensor of(int[] numbers, long... shape) {
    return new Tensor((PtNDArray) Torch.root().create(numbers, checked(shape, numbers.length)));
  }

  /** Returns an int64 tensor on the CPU; see {@link #of(float[], long...)}. */
  public static Tensor of(long[] numbers, long... shape) {
    return new Tensor((PtNDArray) Torch.root().create(numbers, checked(shape, numbers.length)));
  }

  private static Shape checked(long[] shape, int length) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    if (product != length) {
      throw new IllegalArgumentException(
          length + " numbers do not fill the shape " + Arrays.toString(shape));
    }
    return new Shape(shape);
  }

  /** Returns the numbers in row-major order; the tensor must be float32. */
  public float[] floats() {
    return array().toFloatArray();
  }

  /** Returns the numbers in row-major order; the tensor must be int64. */
  public long[] longs() {
    return array().toLongArray();
  }

  /** Returns the numbers in row-major order; the tensor must be int32. */
  public int[] ints() {
    return array().toIntArray();
  }

  /** Returns the size along each dimension. */
  public long[] shape() {
    return array().getShape().getShape();
  }

  /** Returns whether the numbers can be read as float32. */
  public boolean isFloat32() {
    return array().getDataType() == DataType.FLOAT32;
  }

  PtNDArray array() {
    if (closed.get()) {
      throw new IllegalStateException("the tensor is closed");
    }
    return array;
  }

  /** Frees the memory; a second close does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      array.close();
      Torch.OPEN_TENSORS.decrementAndGet();
    }
  }
}
