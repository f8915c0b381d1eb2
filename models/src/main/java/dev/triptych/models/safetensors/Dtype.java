package dev.triptych.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The type of one number in a safetensors file. */
public enum Dtype {
  /** True or false. */
  BOOL(1, 11),
  /** Unsigned byte. */
  U8(1, 0),
  /** Signed byte. */
  I8(1, 1),
  /** 16-bit integer. */
  I16(2, 2),
  /** 32-bit integer. */
  I32(4, 3),
  /** 64-bit integer. */
  I64(8, 4),
  /** IEEE half precision. */
  F16(2, 5),
  /** Brain floating point: the upper half of a float32. */
  BF16(2, 15),
  /** IEEE single precision. */
  F32(4, 6),
  /** IEEE double precision. */
  F64(8, 7);

  private final int bytes;
  private final int scalarType;

  Dtype(int bytes, int scalarType) {
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** Returns whether its numbers are fractions. */
  public boolean floating() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /** Returns the bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** Returns PyTorch's number of the type (c10::ScalarType). */
  public int scalarType() {
    return scalarType;
  }

  static Dtype named(String name) throws IOException {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    throw new IOException("numbers of type " + name + " are not supported");
  }

  /** Reads the next number as float32. */
  float read(ByteBuffer buffer) {
    return switch (this) {
      case BOOL, U8 -> buffer.get() & 0xff;
      case I8 -> buffer.get();
      case I16 -> buffer.getShort();
      case I32 -> buffer.getInt();
      case I64 -> buffer.getLong();
      case F16 -> fromHalf(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
      case F32 -> buffer.getFloat();
      case F64 -> (float) buffer.getDouble();
    };
  }

  /** Writes a number, rounded to the nearest, ties to even; one of F32, F16 and BF16. */
  void write(ByteBuffer buffer, float number) {
    switch (this) {
      case F32 -> buffer.putFloat(number);
      case F16 -> buffer.putShort(toHalf(number));
      case BF16 -> buffer.putShort(toBrain(number));
      default -> throw new IllegalArgumentException("cannot write floats as " + this);
    }
  }

  static short toBrain(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float small = fraction * 0x1p-24f;
      return sign == 0 ? small : -small;
    }
    int bits = exponent == 31 ? 0x7f800000 : (exponent + 112) << 23;
    return Float.intBitsToFloat(sign | bits | fraction << 13);
  }

  static short toHalf(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x477ff000) { // 65520 and above round to infinity
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) { // below 2^-14: a multiple of 2^-24
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | (rounded - 0x38000000) >>> 13);
  }
}
