package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The label of a TIFF: an XMP packet under tag 700 of its first directory (TIFF 6.0, section 2; XMP
 * specification, part 3). Where the file has another packet already, the label is first in
 * ImageDescription.
 *
 * <p>Nothing in the file is moved: packet and directory are written again behind its end, with what
 * is needed to take them away.
 */
final class TiffLabel {
  private static final int XMP = 700;
  private static final int DESCRIPTION = 270;
  private static final int BYTE = 1;
  private static final int ASCII = 2;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int ENTRY = 12; // tag, type, count, value or where it is
  private static final byte[] OURS = "Triptych".getBytes(US_ASCII); // then length and directory

  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4}; // of the types

  private TiffLabel() {}

  /** One entry of a directory, as it is in the file. */
  private record Entry(int tag, int type, long count, int value) {}

  /** The first directory: its entries, and where the next one is. */
  private record Directory(List<Entry> entries, int next) {}

  static byte[] write(byte[] tiff, String text) throws IOException {
    byte[] plain = without(tiff);
    Directory directory = directory(plain);
    Optional<Entry> packet = find(directory, XMP);
    boolean another = packet.isPresent() && label(plain, packet.get()).isEmpty();
    int tag = another ? DESCRIPTION : XMP;
    byte[] value = another ? description(plain, directory, text) : XmpPacket.of(text);

    int from = plain.length + plain.length % 2;
    int at = from + OURS.length + 8;
    int begin = at + value.length + value.length % 2;
    List<Entry> entries = new ArrayList<>(directory.entries());
    entries.removeIf(entry -> entry.tag() == tag);
    int place = 0;
    while (place < entries.size() && entries.get(place).tag() < tag) {
      place++;
    }
    entries.add(place, new Entry(tag, another ? ASCII : BYTE, value.length, at));

    ByteBuffer out = ByteBuffer.allocate(begin + 2 + ENTRY * entries.size() + 4).order(order(tiff));
    out.put(plain).putInt(4, begin);
    out.position(from).put(OURS).putInt(plain.length).putInt(wrap(plain).getInt(4)).put(value);
    out.position(begin).putShort((short) entries.size());
    for (Entry entry : entries) {
      out.putShort((short) entry.tag()).putShort((short) entry.type());
      out.putInt((int) entry.count()).putInt(entry.value());
    }
    return out.putInt(directory.next()).array();
  }

  static Optional<String> read(byte[] tiff) throws IOException {
    Directory directory = directory(tiff);
    Optional<String> label = find(directory, XMP).flatMap(entry -> label(tiff, entry));
    return label.isPresent() ? label : find(directory, DESCRIPTION).flatMap(e -> label(tiff, e));
  }

  /** Returns the file as it was before a label was written behind it. */
  private static byte[] without(byte[] tiff) throws IOException {
    for (Entry entry : directory(tiff).entries()) {
      int from = entry.value() - OURS.length - 8;
      boolean carries = entry.tag() == XMP || entry.tag() == DESCRIPTION;
      if (!carries || entry.count() <= 4 || from < 8 || label(tiff, entry).isEmpty()) {
        continue;
      }
      ByteBuffer bytes = wrap(tiff);
      int length = bytes.getInt(from + OURS.length);
      boolean ours = ByteBuffer.wrap(tiff, from, OURS.length).equals(ByteBuffer.wrap(OURS));
      if (ours && length >= 8 && length + length % 2 == from) {
        byte[] plain = new byte[length];
        bytes.get(0, plain);
        wrap(plain).putInt(4, bytes.getInt(from + OURS.length + 4));
        return plain;
      }
    }
    return tiff;
  }

  /** Reads the first directory, and checks that the file holds all that it speaks of. */
  private static Directory directory(byte[] tiff) throws IOException {
    if (tiff.length < 8 || order(tiff) == null || wrap(tiff).getShort(2) != 42) {
      throw new IOException("this is not a TIFF: it does not begin with II or MM, and 42");
    }
    ByteBuffer bytes = wrap(tiff);
    long begin = Integer.toUnsignedLong(bytes.getInt(4));
    int count = begin >= 8 && begin + 2 <= tiff.length ? bytes.getChar((int) begin) : 0;
    if (count == 0 || begin + 2 + (long) ENTRY * count + 4 > tiff.length) {
      throw new IOException("the TIFF is cut off: it ends before its first directory does");
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = (int) begin + 2 + ENTRY * i;
      long many = Integer.toUnsignedLong(bytes.getInt(at + 4));
      Entry entry = new Entry(bytes.getChar(at), bytes.getChar(at + 2), many, bytes.getInt(at + 8));
      long size = size(entry);
      if (size > 4 && Integer.toUnsignedLong(entry.value()) + size > tiff.length) {
        throw new IOException(
            "the TIFF is cut off: the value of its tag " + entry.tag() + " is not in the file");
      }
      entries.add(entry);
    }
    Directory directory = new Directory(entries, bytes.getInt((int) begin + 2 + ENTRY * count));
    check(tiff, directory, 273, 279); // strips
    check(tiff, directory, 324, 325); // tiles
    return directory;
  }

  /** Checks that the pieces of the picture are in the file. */
  private static void check(byte[] tiff, Directory directory, int offsets, int counts)
      throws IOException {
    Optional<Entry> where = find(directory, offsets).filter(TiffLabel::whole);
    Optional<Entry> lengths = find(directory, counts).filter(TiffLabel::whole);
    if (where.isEmpty() || lengths.isEmpty()) {
      return; // a type that holds no whole numbers is the readers' to refuse
    }
    for (int i = 0; i < Math.min(where.get().count(), lengths.get().count()); i++) {
      if (number(tiff, where.get(), i) + number(tiff, lengths.get(), i) > tiff.length) {
        throw new IOException("the TIFF is cut off: it does not hold all of its picture");
      }
    }
  }

  /** Returns one of an entry's whole numbers, of 16 or 32 bits. */
  private static long number(byte[] tiff, Entry entry, int i) {
    ByteBuffer bytes = size(entry) > 4 ? wrap(tiff) : order(tiff, entry.value());
    int at = size(entry) > 4 ? entry.value() : 0;
    return entry.type() == SHORT
        ? bytes.getChar(at + 2 * i)
        : Integer.toUnsignedLong(bytes.getInt(at + 4 * i));
  }

  private static boolean whole(Entry entry) {
    return entry.type() == SHORT || entry.type() == LONG;
  }

  private static ByteBuffer order(byte[] tiff, int value) {
    return ByteBuffer.allocate(4).order(order(tiff)).putInt(0, value);
  }

  private static long size(Entry entry) {
    return entry.type() < SIZES.length ? entry.count() * SIZES[entry.type()] : 0;
  }

  private static Optional<Entry> find(Directory directory, int tag) {
    return directory.entries().stream().filter(entry -> entry.tag() == tag).findFirst();
  }

  private static Optional<String> label(byte[] tiff, Entry entry) {
    if (size(entry) != entry.count() || entry.count() <= 4) {
      return Optional.empty();
    }
    int to = entry.value() + (int) entry.count();
    if (entry.tag() == XMP) {
      return XmpPacket.label(tiff, entry.value(), to);
    }
    String text = new String(tiff, entry.value(), (int) entry.count(), UTF_8);
    return Optional.of(text.split("[\n\0]", 2)[0]).filter(line -> line.startsWith(Labels.MARK));
  }

  /** The label, and in the lines behind it what the file said before. */
  private static byte[] description(byte[] tiff, Directory directory, String text) {
    byte[] label = text.getBytes(UTF_8);
    Optional<Entry> said = find(directory, DESCRIPTION).filter(entry -> entry.type() == ASCII);
    int length = said.isPresent() ? (int) said.get().count() : 1;
    ByteBuffer out = ByteBuffer.allocate(label.length + 1 + length).put(label);
    if (said.isPresent()) {
      out.put((byte) '\n');
      out.put(
          length > 4 ? tiff : order(tiff, said.get().value()).array(),
          length > 4 ? said.get().value() : 0,
          length);
    }
    return out.array();
  }

  private static ByteBuffer wrap(byte[] tiff) {
    return ByteBuffer.wrap(tiff).order(order(tiff));
  }

  private static ByteOrder order(byte[] tiff) {
    if (tiff[0] == 'I' && tiff[1] == 'I') {
      return ByteOrder.LITTLE_ENDIAN;
    }
    return tiff[0] == 'M' && tiff[1] == 'M' ? ByteOrder.BIG_ENDIAN : null;
  }
}
