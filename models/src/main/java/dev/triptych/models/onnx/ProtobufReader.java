package dev.triptych.models.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one Protocol Buffers message.
 *
 * <p>{@code while (reader.next()) switch (reader.field()) …}; a field that is not asked for is
 * skipped. See the encoding at protobuf.dev/programming-guides/encoding.
 */
public final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer message;
  private int field;
  private int kind;
  private boolean pending;

  /** Begins to read a message. */
  public ProtobufReader(ByteBuffer message) {
    this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves to the next field; false at the end of the message. */
  public boolean next() throws IOException {
    if (pending) {
      skip();
    }
    if (!message.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    kind = (int) (tag & 7);
    if (field <= 0 || tag >>> 32 != 0) {
      throw damaged("a field without a number");
    }
    pending = true;
    return true;
  }

  /** Returns the number of the present field. */
  public int field() {
    return field;
  }

  /** Returns whether the present field is a number and not bytes. */
  public boolean isNumber() {
    return kind == VARINT;
  }

  /** Returns a number. */
  public long number() throws IOException {
    expect(VARINT);
    return varint();
  }

  /** Returns a number of 32 bits with a binary point. */
  public float real() throws IOException {
    expect(FIXED32);
    if (message.remaining() < 4) {
      throw damaged("a number cut short");
    }
    return message.getFloat();
  }

  /** Returns the bytes of the present field. */
  public ByteBuffer bytes() throws IOException {
    expect(BYTES);
    long length = varint();
    if (length < 0 || length > message.remaining()) {
      throw damaged("a field of " + length + " bytes where " + message.remaining() + " are left");
    }
    ByteBuffer view = message.slice(message.position(), (int) length);
    message.position(message.position() + (int) length);
    return view.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a text. */
  public String text() throws IOException {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** Returns a message within this one. */
  public ProtobufReader message() throws IOException {
    return new ProtobufReader(bytes());
  }

  /** Returns the values of a repeated whole number, packed or not, of which this field is one. */
  public long[] numbers() throws IOException {
    if (isNumber()) {
      return new long[] {number()};
    }
    ProtobufReader packed = message();
    long[] values = new long[packed.message.remaining()]; // a number takes a byte or more
    int count = 0;
    while (packed.message.hasRemaining()) {
      values[count++] = packed.varint();
    }
    return java.util.Arrays.copyOf(values, count);
  }

  private void expect(int wanted) throws IOException {
    if (kind != wanted) {
      throw damaged("field " + field + " of wire type " + kind + " instead of " + wanted);
    }
    pending = false;
  }

  private void skip() throws IOException {
    pending = false;
    switch (kind) {
      case VARINT -> varint();
      case FIXED64 -> advance(8);
      case BYTES -> advance(varint());
      case FIXED32 -> advance(4);
      default -> throw damaged("a field of wire type " + kind);
    }
  }

  private void advance(long count) throws IOException {
    if (count < 0 || count > message.remaining()) {
      throw damaged("a field that ends after the message");
    }
    message.position(message.position() + (int) count);
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!message.hasRemaining()) {
        throw damaged("a number cut short");
      }
      byte next = message.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("a number longer than 10 bytes");
  }

  private static IOException damaged(String what) {
    return new IOException("not an ONNX file, or a damaged one: it holds " + what);
  }
}
