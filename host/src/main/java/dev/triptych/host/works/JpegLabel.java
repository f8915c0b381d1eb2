package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The label of a JPEG: an APP1 segment with an XMP packet, behind JFIF and EXIF (XMP specification,
 * part 3, 1.1.3). A file has one packet: where it has another already, the label is a comment.
 */
final class JpegLabel {
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int COM = 0xfe;
  private static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(ISO_8859_1);
  private static final byte[] EXIF = "Exif\0\0".getBytes(ISO_8859_1);

  private JpegLabel() {}

  static byte[] write(byte[] jpeg, String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(jpeg.length + 1024);
    int[] place = {2}; // in what is written, behind SOI, JFIF and EXIF
    boolean[] another = new boolean[1];
    int[] end = new int[1];
    out.write(jpeg, 0, Math.min(2, jpeg.length));
    walk(
        jpeg,
        (marker, start, body, stop) -> {
          end[0] = stop;
          if (label(jpeg, marker, body, stop).isPresent()) {
            return;
          }
          boolean first = out.size() == place[0];
          out.write(jpeg, start, stop - start);
          another[0] |= marker == APP1 && begins(jpeg, body, stop, XMP);
          if (first && (marker == APP0 || marker == APP1 && begins(jpeg, body, stop, EXIF))) {
            place[0] = out.size();
          }
        });
    out.write(jpeg, end[0], jpeg.length - end[0]); // cameras put more behind the picture
    byte[] rest = out.toByteArray();
    byte[] segment = another[0] ? segment(COM, text.getBytes(UTF_8)) : packet(text);
    return ByteBuffer.allocate(rest.length + segment.length)
        .put(rest, 0, place[0])
        .put(segment)
        .put(rest, place[0], rest.length - place[0])
        .array();
  }

  static Optional<String> read(byte[] jpeg) throws IOException {
    String[] found = new String[1];
    walk(
        jpeg,
        (marker, start, body, stop) -> {
          if (found[0] == null) {
            found[0] = label(jpeg, marker, body, stop).orElse(null);
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private interface Visitor {
    void segment(int marker, int start, int body, int stop);
  }

  /** Calls the visitor for each segment behind SOI; that of SOS holds the scan behind it too. */
  private static void walk(byte[] jpeg, Visitor visitor) throws IOException {
    if (jpeg.length < 4 || jpeg[0] != (byte) 0xff || (jpeg[1] & 0xff) != SOI) {
      throw new IOException("this is not a JPEG: it does not begin with an SOI marker");
    }
    boolean scanned = false;
    for (int at = 2; ; ) {
      int mark = at;
      while (mark < jpeg.length && jpeg[mark] == (byte) 0xff) {
        mark++; // fill bytes
      }
      if (mark >= jpeg.length) {
        throw new IOException("the JPEG is cut off at byte " + mark + ", before its EOI marker");
      }
      int marker = jpeg[mark] & 0xff;
      if (mark == at || marker == 0) {
        throw new IOException("the JPEG has no marker at byte " + at);
      }
      int stop = mark + 1;
      int body = stop;
      if (marker == EOI) {
        if (!scanned) {
          throw new IOException("the JPEG holds no picture");
        }
        visitor.segment(marker, at, stop, stop);
        return;
      }
      if (marker > 1 && (marker < 0xd0 || marker > SOI)) {
        int length =
            stop + 2 <= jpeg.length ? ByteBuffer.wrap(jpeg).getChar(stop) : Integer.MAX_VALUE;
        if (length < 2 || length > jpeg.length - stop) {
          throw new IOException("the JPEG's segment at byte " + at + " is longer than the file");
        }
        body += 2;
        stop += length;
      }
      if (marker == SOS) {
        scanned = true;
        stop = scanEnd(jpeg, stop);
      }
      visitor.segment(marker, at, body, stop);
      at = stop;
    }
  }

  /** Returns where the next marker begins that belongs to no scan. */
  private static int scanEnd(byte[] jpeg, int from) {
    int at = from;
    while (at + 1 < jpeg.length) {
      int next = jpeg[at + 1] & 0xff;
      if (jpeg[at] == (byte) 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
        return at;
      }
      at++;
    }
    return jpeg.length;
  }

  private static Optional<String> label(byte[] jpeg, int marker, int body, int stop) {
    if (marker == APP1 && begins(jpeg, body, stop, XMP)) {
      return XmpPacket.label(jpeg, body + XMP.length, stop);
    }
    return marker == COM
        ? Optional.of(new String(jpeg, body, stop - body, UTF_8))
            .filter(text -> text.startsWith(Labels.MARK))
        : Optional.empty();
  }

  private static boolean begins(byte[] jpeg, int at, int stop, byte[] wanted) {
    return stop - at >= wanted.length
        && Arrays.equals(jpeg, at, at + wanted.length, wanted, 0, wanted.length);
  }

  private static byte[] packet(String text) {
    byte[] xmp = XmpPacket.of(text);
    return segment(APP1, ByteBuffer.allocate(XMP.length + xmp.length).put(XMP).put(xmp).array());
  }

  private static byte[] segment(int marker, byte[] body) {
    ByteBuffer segment = ByteBuffer.allocate(4 + body.length);
    segment.put((byte) 0xff).put((byte) marker).putShort((short) (2 + body.length));
    return segment.put(body).array();
  }
}
