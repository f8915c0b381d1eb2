package dev.triptych.image;

import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a picture's container says beside the pixels, read without a decoder.
 *
 * @param orientation EXIF 2.3, tag 0x0112: 1 upright, 2…8 turned or mirrored
 * @param profile the color profile that the decoder leaves out
 * @param cut whether the bytes end before the picture does
 */
record PictureFacts(int orientation, Optional<ICC_ColorSpace> profile, boolean cut) {
  private static final int ORIENTATION = 0x0112;
  private static final int LARGEST_PROFILE = 4 << 20;

  static PictureFacts of(byte[] bytes, String format) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      return switch (format) {
        case "jpeg" -> jpeg(in);
        case "png" -> png(in);
        case "webp" -> webp(in.order(ByteOrder.LITTLE_ENDIAN));
        case "tif" -> new PictureFacts(orientation(in), Optional.empty(), false);
        default -> bmp(in.order(ByteOrder.LITTLE_ENDIAN));
      };
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) { // it points past its end
      return new PictureFacts(1, Optional.empty(), !format.equals("tif"));
    }
  }

  /** ISO 10918-1: segments up to the first scan, and the end marker behind it. */
  private static PictureFacts jpeg(ByteBuffer in) {
    int orientation = 1;
    for (int at = 2; ; ) {
      int marker = in.getShort(at) & 0xFFFF;
      int length = in.getShort(at + 2) & 0xFFFF;
      if (marker == 0xFFE1 && text(in, at + 4, 4).equals("Exif")) {
        orientation = orientation(in.slice(at + 10, length - 8));
      }
      at += 2 + length;
      if (marker == 0xFFDA) {
        return new PictureFacts(orientation, Optional.empty(), !ends(in, at));
      }
    }
  }

  private static boolean ends(ByteBuffer in, int from) {
    for (int i = from; i + 1 < in.limit(); i++) {
      if ((in.getShort(i) & 0xFFFF) == 0xFFD9) {
        return true;
      }
    }
    return false;
  }

  /** PNG specification, third edition: chunks eXIf and iCCP, and the end chunk. */
  private static PictureFacts png(ByteBuffer in) {
    int orientation = 1;
    Optional<ICC_ColorSpace> profile = Optional.empty();
    for (int at = 8; ; ) {
      int length = in.getInt(at);
      String chunk = text(in, at + 4, 4);
      ByteBuffer body = in.slice(at + 8, length);
      switch (chunk) {
        case "eXIf" -> orientation = orientation(body);
        case "iCCP" -> profile = inflated(body);
        case "IEND" -> {
          return new PictureFacts(orientation, profile, false);
        }
        default -> {}
      }
      at += 12 + length;
    }
  }

  /** WebP container specification: a RIFF file with the chunk EXIF. */
  private static PictureFacts webp(ByteBuffer in) {
    int orientation = 1;
    long end = 8 + (in.getInt(4) & 0xFFFFFFFFL);
    for (long at = 12; at + 8 <= Math.min(end, in.limit()); ) {
      long length = in.getInt((int) at + 4) & 0xFFFFFFFFL;
      if (text(in, (int) at, 4).equals("EXIF")) {
        int skipped = text(in, (int) at + 8, 4).equals("Exif") ? 6 : 0;
        orientation = orientation(in.slice((int) at + 8 + skipped, (int) length - skipped));
      }
      at += 8 + length + (length & 1);
    }
    return new PictureFacts(orientation, Optional.empty(), end > in.limit());
  }

  private static PictureFacts bmp(ByteBuffer in) {
    return new PictureFacts(1, Optional.empty(), (in.getInt(10) & 0xFFFFFFFFL) > in.limit());
  }

  /** TIFF 6.0: the orientation in the first directory, else 1. */
  private static int orientation(ByteBuffer block) {
    try {
      ByteBuffer tiff = block.slice();
      tiff.order(text(tiff, 0, 2).equals("II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int directory = tiff.getInt(4);
      int entries = tiff.getShort(directory) & 0xFFFF;
      for (int i = 0; i < entries; i++) {
        int at = directory + 2 + 12 * i;
        if ((tiff.getShort(at) & 0xFFFF) == ORIENTATION) {
          int value = tiff.getShort(at + 8) & 0xFFFF;
          return value >= 1 && value <= 8 ? value : 1;
        }
      }
    } catch (IndexOutOfBoundsException e) {
      return 1; // a damaged block says nothing
    }
    return 1;
  }

  private static Optional<ICC_ColorSpace> inflated(ByteBuffer chunk) {
    byte[] body = new byte[chunk.remaining()];
    chunk.get(body);
    int name = 0;
    while (name < body.length && body[name] != 0) {
      name++;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(body, name + 2, body.length - name - 2);
      byte[] profile = new byte[LARGEST_PROFILE];
      int length = inflater.inflate(profile);
      return inflater.finished()
          ? Optional.of(new ICC_ColorSpace(ICC_Profile.getInstance(Arrays.copyOf(profile, length))))
          : Optional.empty();
    } catch (DataFormatException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty(); // sRGB then, as browsers do
    } finally {
      inflater.end();
    }
  }

  private static String text(ByteBuffer in, int at, int length) {
    byte[] letters = new byte[length];
    in.get(at, letters);
    return new String(letters, StandardCharsets.ISO_8859_1);
  }
}
