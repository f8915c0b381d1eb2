package dev.triptych.host.trust;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a ZIP file, read so strictly that every reader sees the same: the entries lie one
 * after another from the first byte to the central directory, the directory and the entries' own
 * headers agree, nothing lies between them and nothing after them (APPNOTE.TXT 6.3.10, without
 * encryption, ZIP64, comments at the end, and methods other than stored and deflated).
 */
final class ZipTable {
  /** How many entries a jar may have. */
  static final int MAX_ENTRIES = 20_000;

  private static final int END = 0x06054b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int END_LENGTH = 22;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL_LENGTH = 30;
  private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
  private static final int HAS_DESCRIPTOR = 1 << 3;
  private static final int DEFLATED = 8;
  private static final int BUFFER = 1 << 16;

  /**
   * An entry, as the directory has it.
   *
   * @param at where its own header begins
   * @param data where its bytes begin
   * @param packed how many bytes it takes
   * @param size how many it says that it holds
   */
  record Entry(
      String name, int method, int flags, int crc, int packed, int size, int at, int data) {
    boolean isFolder() {
      return name.endsWith("/");
    }
  }

  /** Takes the bytes of an entry, piece by piece. */
  interface Sink {
    void take(byte[] buffer, int length) throws Refusal;
  }

  private final byte[] bytes;
  private final ByteBuffer zip;
  private final List<Entry> entries;

  private ZipTable(byte[] bytes) throws Refusal {
    this.bytes = bytes;
    this.zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - END_LENGTH;
    if (end < 0 || zip.getInt(0) != LOCAL) {
      throw new Refusal("it is no jar file, or is cut off");
    }
    if (zip.getInt(end) != END || u16(end + 20) != 0) {
      throw new Refusal("it is cut off, or something was appended to it");
    }
    int count = u16(end + 10);
    long size = u32(end + 12);
    long start = u32(end + 16);
    if (zip.getInt(end + 4) != 0 || u16(end + 8) != count || start + size != end) {
      throw new Refusal("its table of entries does not lie where it should");
    }
    if (count > MAX_ENTRIES) {
      throw new Refusal("it has " + count + " entries, and " + MAX_ENTRIES + " are the most");
    }
    this.entries = List.copyOf(central((int) start, end, count));
    checkPlaces((int) start);
  }

  /**
   * Reads the table of a file.
   *
   * @throws Refusal if it is not a sound ZIP file
   */
  static ZipTable of(byte[] bytes) throws Refusal {
    try {
      return new ZipTable(bytes);
    } catch (IndexOutOfBoundsException e) {
      throw new Refusal("an entry of it lies beyond its end");
    }
  }

  /** Returns the entries in the order of the directory. */
  List<Entry> entries() {
    return entries;
  }

  private List<Entry> central(int start, int end, int count) throws Refusal {
    List<Entry> all = new ArrayList<>(count);
    int at = start;
    for (int i = 0; i < count; i++) {
      if (at + CENTRAL_LENGTH > end || zip.getInt(at) != CENTRAL) {
        throw new Refusal("its table of entries is damaged");
      }
      int length = u16(at + 28);
      String name = name(at + CENTRAL_LENGTH, length);
      Entry entry = entry(name, at);
      checkHeader(entry, at + CENTRAL_LENGTH, length);
      all.add(entry);
      at += CENTRAL_LENGTH + length + u16(at + 30) + u16(at + 32);
    }
    if (at != end) {
      throw new Refusal("its table of entries is damaged");
    }
    return all;
  }

  private Entry entry(String name, int at) throws Refusal {
    long local = u32(at + 42);
    long packed = u32(at + 20);
    long size = u32(at + 24);
    if (local + LOCAL_LENGTH > bytes.length || packed > bytes.length || u16(at + 34) != 0) {
      throw new Refusal("its entry " + name + " lies beyond its end");
    }
    if (size > Integer.MAX_VALUE) {
      throw new Refusal("its entry " + name + " unpacks to more than 2 GiB");
    }
    int header = (int) local;
    long data = local + LOCAL_LENGTH + u16(header + 26) + u16(header + 28);
    if (data + packed > bytes.length) {
      throw new Refusal("its entry " + name + " lies beyond its end");
    }
    int method = u16(at + 10);
    int flags = u16(at + 8);
    int crc = zip.getInt(at + 16);
    return new Entry(name, method, flags, crc, (int) packed, (int) size, header, (int) data);
  }

  /** Compares an entry of the directory with the header before the entry's bytes. */
  private void checkHeader(Entry entry, int name, int length) throws Refusal {
    int at = entry.at;
    if (((entry.flags | u16(at + 6)) & ENCRYPTED) != 0) {
      throw new Refusal("its entry " + entry.name + " is encrypted");
    }
    if (entry.method != 0 && entry.method != DEFLATED) {
      throw new Refusal("its entry " + entry.name + " is packed by another method than deflate");
    }
    boolean later = (u16(at + 6) & HAS_DESCRIPTOR) != 0; // sizes follow the bytes
    boolean same =
        zip.getInt(at) == LOCAL
            && u16(at + 8) == entry.method
            && Arrays.equals(
                bytes,
                name,
                name + length,
                bytes,
                at + LOCAL_LENGTH,
                at + LOCAL_LENGTH + u16(at + 26))
            && agrees(at + 14, entry.crc, later)
            && agrees(at + 18, entry.packed, later)
            && agrees(at + 22, entry.size, later);
    if (!same) {
      throw new Refusal("its table of entries says otherwise than its entry " + entry.name);
    }
  }

  private boolean agrees(int at, int value, boolean later) {
    return zip.getInt(at) == value || later && zip.getInt(at) == 0;
  }

  /** The entries must follow each other from the first byte to the directory. */
  private void checkPlaces(int directory) throws Refusal {
    List<Entry> byPlace = new ArrayList<>(entries);
    byPlace.sort(Comparator.comparingInt(Entry::at));
    int expected = 0;
    for (Entry entry : byPlace) {
      if (entry.at != expected) {
        throw new Refusal(
            entry.at < expected
                ? "its entry " + entry.name + " overlaps another"
                : "bytes that belong to no entry lie before its entry " + entry.name);
      }
      expected = entry.data + entry.packed + descriptorLength(entry);
    }
    if (expected != directory) {
      throw new Refusal("bytes that belong to no entry lie before its table of entries");
    }
  }

  private int descriptorLength(Entry entry) throws Refusal {
    if ((u16(entry.at + 6) & HAS_DESCRIPTOR) == 0) {
      return 0;
    }
    int at = entry.data + entry.packed;
    int mark = zip.getInt(at) == DESCRIPTOR ? 4 : 0;
    if (zip.getInt(at + mark) != entry.crc
        || zip.getInt(at + mark + 4) != entry.packed
        || zip.getInt(at + mark + 8) != entry.size) {
      throw new Refusal("its table of entries says otherwise than its entry " + entry.name);
    }
    return mark + 12;
  }

  /**
   * Unpacks an entry, counting: no more than it says comes out, and exactly that.
   *
   * @throws Refusal if its bytes are not what the table says, or the sink refuses them
   */
  void unpack(Entry entry, Sink sink) throws Refusal {
    CRC32 crc = new CRC32();
    long count = 0;
    byte[] buffer = new byte[Math.min(BUFFER, Math.max(1, entry.size))];
    if (entry.method == 0) {
      for (int done = 0; done < entry.packed; done += buffer.length) {
        int length = Math.min(buffer.length, entry.packed - done);
        System.arraycopy(bytes, entry.data + done, buffer, 0, length);
        crc.update(buffer, 0, length);
        count += length;
        sink.take(buffer, length);
      }
    } else {
      Inflater inflater = new Inflater(true);
      try {
        inflater.setInput(bytes, entry.data, entry.packed);
        while (!inflater.finished()) {
          int length = inflater.inflate(buffer);
          count += length;
          if (length == 0 && !inflater.finished() || count > entry.size) {
            throw otherBytes(entry);
          }
          crc.update(buffer, 0, length);
          sink.take(buffer, length);
        }
        if (inflater.getBytesRead() != entry.packed) {
          throw otherBytes(entry);
        }
      } catch (DataFormatException e) {
        throw otherBytes(entry);
      } finally {
        inflater.end();
      }
    }
    if (count != entry.size || (int) crc.getValue() != entry.crc) {
      throw otherBytes(entry);
    }
  }

  private static Refusal otherBytes(Entry entry) {
    return new Refusal("the bytes of its entry " + entry.name + " are damaged");
  }

  private String name(int at, int length) throws Refusal {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, at, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Refusal("the name of an entry is not UTF-8");
    }
  }

  private int u16(int at) {
    return zip.getShort(at) & 0xffff;
  }

  private long u32(int at) {
    return zip.getInt(at) & 0xffffffffL;
  }
}
