package dev.triptych.models.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A constant of an ONNX graph, its values a view of the file.
 *
 * @param name what nodes call it; empty for an attribute's value
 * @param type {@code TensorProto.DataType}: 1 is float32, 7 int64
 * @param shape its dimensions, empty for a scalar
 * @param data values in row-major order, little-endian
 */
public record OnnxTensor(String name, int type, long[] shape, ByteBuffer data) {
  /** {@code TensorProto.DataType} of float32. */
  public static final int FLOAT = 1;

  static OnnxTensor read(ProtobufReader message) throws IOException {
    String name = "";
    int type = 0;
    long[] shape = {};
    ByteBuffer data = ByteBuffer.allocate(0);
    while (message.next()) {
      switch (message.field()) {
        case 1 -> shape = joined(shape, message.numbers());
        case 2 -> type = (int) message.number();
        case 4, 9 -> { // float_data, packed, or raw_data: the same bytes
          ByteBuffer bytes = message.bytes();
          data = bytes.hasRemaining() ? bytes : data;
        }
        case 8 -> name = message.text();
        case 13 ->
            throw new IOException(
                "the ONNX file keeps its weights in another file, which is not supported");
        default -> {}
      }
    }
    OnnxTensor tensor = new OnnxTensor(name, type, shape, data);
    tensor.check();
    return tensor;
  }

  /** Returns the number of values. */
  public long count() {
    long count = 1;
    for (long side : shape) {
      count *= side;
    }
    return count;
  }

  /** Returns the values of a float32 tensor, from the start. */
  public java.nio.FloatBuffer floats() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private void check() throws IOException {
    long count = 1;
    for (long side : shape) {
      if (side < 0
          || side > Integer.MAX_VALUE
          || (count *= Math.max(side, 1)) > Integer.MAX_VALUE) {
        throw new IOException(
            "the ONNX tensor \"" + name + "\" has the impossible shape " + Arrays.toString(shape));
      }
    }
    if (type == FLOAT && data.remaining() != 4 * count()) {
      throw new IOException(
          "the ONNX tensor \"%s\" of shape %s holds %d bytes instead of %d"
              .formatted(name, Arrays.toString(shape), data.remaining(), 4 * count()));
    }
  }

  private static long[] joined(long[] a, long[] b) {
    long[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}
