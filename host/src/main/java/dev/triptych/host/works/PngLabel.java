package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/** The label of a PNG: an uncompressed iTXt chunk right behind IHDR (PNG specification, 11.3.3). */
final class PngLabel {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = chunkType("IHDR");
  private static final int IEND = chunkType("IEND");
  private static final int ITXT = chunkType("iTXt");
  private static final int FRAME = 12; // length, type and CRC

  /** The keyword, then: no compression, method 0, no language, no translated keyword. */
  private static final byte[] HEAD = "Triptych\0\0\0\0\0".getBytes(ISO_8859_1);

  private PngLabel() {}

  static byte[] write(byte[] png, String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(png.length + 512);
    out.write(SIGNATURE);
    walk(
        png,
        (type, start, end) -> {
          if (!isLabel(png, type, start)) {
            out.write(png, start, end - start);
          }
          if (type == IHDR) {
            out.writeBytes(chunk(text));
          }
        });
    return out.toByteArray();
  }

  static Optional<String> read(byte[] png) throws IOException {
    String[] found = new String[1];
    walk(
        png,
        (type, start, end) -> {
          if (isLabel(png, type, start)) {
            int from = start + 8 + HEAD.length;
            found[0] = new String(png, from, end - 4 - from, UTF_8);
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private interface Visitor {
    void chunk(int type, int start, int end);
  }

  /**
   * Calls the visitor for each chunk, IHDR first and IEND last; start and end include its frame.
   */
  private static void walk(byte[] png, Visitor visitor) throws IOException {
    if (png.length < SIGNATURE.length
        || !Arrays.equals(png, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw new IOException("this is not a PNG: it does not begin with the PNG signature");
    }
    ByteBuffer bytes = ByteBuffer.wrap(png);
    for (int at = SIGNATURE.length; ; ) {
      if (png.length - at < FRAME) {
        throw new IOException("the PNG is cut off at byte " + at + ", before IEND");
      }
      int length = bytes.getInt(at);
      int type = bytes.getInt(at + 4);
      if (length < 0 || length > png.length - at - FRAME) {
        throw new IOException("the PNG's chunk at byte " + at + " is longer than the file");
      }
      if (at == SIGNATURE.length && type != IHDR) {
        throw new IOException("the PNG's first chunk is not IHDR");
      }
      int end = at + FRAME + length;
      visitor.chunk(type, at, end);
      if (type == IEND) {
        if (end != png.length) {
          throw new IOException("the PNG goes on behind IEND, at byte " + end);
        }
        return;
      }
      at = end;
    }
  }

  private static boolean isLabel(byte[] png, int type, int start) {
    int length = ByteBuffer.wrap(png).getInt(start);
    int from = start + 8;
    return type == ITXT
        && length >= HEAD.length
        && Arrays.equals(png, from, from + HEAD.length, HEAD, 0, HEAD.length);
  }

  private static byte[] chunk(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    ByteBuffer chunk = ByteBuffer.allocate(FRAME + HEAD.length + utf8.length);
    chunk.putInt(HEAD.length + utf8.length).putInt(ITXT).put(HEAD).put(utf8);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, chunk.position() - 4);
    return chunk.putInt((int) crc.getValue()).array();
  }

  private static int chunkType(String name) {
    return ByteBuffer.wrap(name.getBytes(ISO_8859_1)).getInt();
  }
}
