package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The label of a WAV: a LIST/INFO chunk with a comment (ICMT), last in the file. */
final class WavLabel {
  private static final int RIFF = tag("RIFF");
  private static final int WAVE = tag("WAVE");
  private static final int LIST = tag("LIST");
  private static final int INFO = tag("INFO");
  private static final int ICMT = tag("ICMT");

  private WavLabel() {}

  static byte[] write(byte[] wav, String text) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(wav.length + 512);
    walk(
        wav,
        (start, end) -> {
          if (label(wav, start) == null) {
            body.write(wav, start, end - start);
            if ((end - start) % 2 != 0) {
              body.write(0); // a last chunk without its pad byte
            }
          }
        });
    byte[] utf8 = (text + "\0").getBytes(UTF_8);
    int padded = utf8.length + utf8.length % 2;
    ByteBuffer list = little(ByteBuffer.allocate(20 + padded));
    list.putInt(LIST).putInt(12 + padded).putInt(INFO).putInt(ICMT).putInt(utf8.length).put(utf8);
    body.writeBytes(list.array());
    ByteBuffer out = little(ByteBuffer.allocate(12 + body.size()));
    out.putInt(RIFF).putInt(4 + body.size()).putInt(WAVE).put(body.toByteArray());
    return out.array();
  }

  static Optional<String> read(byte[] wav) throws IOException {
    String[] found = new String[1];
    walk(
        wav,
        (start, end) -> {
          String label = label(wav, start);
          if (label != null) {
            found[0] = label;
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private interface Visitor {
    void chunk(int start, int end);
  }

  /** Calls the visitor for each chunk below RIFF; the end includes the pad byte if there is one. */
  private static void walk(byte[] wav, Visitor visitor) throws IOException {
    ByteBuffer bytes = little(ByteBuffer.wrap(wav));
    if (wav.length < 12 || bytes.getInt(0) != RIFF || bytes.getInt(8) != WAVE) {
      throw new IOException("this is not a WAV file: it does not begin with RIFF and WAVE");
    }
    int at = 12;
    while (at < wav.length) {
      if (wav.length - at < 8) {
        throw new IOException("the WAV file is cut off at byte " + at);
      }
      int length = bytes.getInt(at + 4);
      if (length < 0 || length > wav.length - at - 8) {
        throw new IOException("the WAV file's chunk at byte " + at + " is longer than the file");
      }
      int end = Math.min(wav.length, at + 8 + length + length % 2);
      visitor.chunk(at, end);
      at = end;
    }
  }

  /** Returns the label, if the chunk at {@code start} is one. */
  private static String label(byte[] wav, int start) {
    ByteBuffer bytes = little(ByteBuffer.wrap(wav));
    int length = bytes.getInt(start + 4);
    if (bytes.getInt(start) != LIST
        || length < 12
        || bytes.getInt(start + 8) != INFO
        || bytes.getInt(start + 12) != ICMT) {
      return null;
    }
    int size = bytes.getInt(start + 16);
    if (size < 1 || size > length - 12) {
      return null;
    }
    String text = new String(wav, start + 20, size - 1, UTF_8);
    return text.startsWith(Labels.MARK) ? text : null;
  }

  private static int tag(String name) {
    return little(ByteBuffer.wrap(name.getBytes(UTF_8))).getInt();
  }

  private static ByteBuffer little(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
