package dev.triptych.bench.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes ZIP files byte by byte, so that they can lie where a library would not let them. */
final class ZipBytes {
  /** An entry to be; what its two headers say can be set apart from what it is. */
  static final class Entry {
    private final byte[] name;
    private final byte[] packed;
    private final int crc;
    private int size;
    byte[] localName;
    int method;
    int flags;
    long centralOffset = -1;
    byte[] before = {};

    private Entry(String name, byte[] packed, int size, int crc, int method) {
      this.name = name.getBytes(UTF_8);
      this.localName = this.name;
      this.packed = packed;
      this.size = size;
      this.crc = crc;
      this.method = method;
    }

    /** Sets how many bytes it says that it holds. */
    void says(int otherSize) {
      size = otherSize;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /** Adds an entry of these bytes, deflated. */
  Entry add(String name, byte[] bytes) {
    return add(name, deflated(bytes), bytes.length, crc(bytes));
  }

  /** Adds an entry whose deflated bytes are known. */
  Entry add(String name, byte[] packed, int size, int crc) {
    Entry entry = new Entry(name, packed, size, crc, 8);
    entries.add(entry);
    return entry;
  }

  byte[] bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream central = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      out.write(entry.before);
      long offset = entry.centralOffset < 0 ? out.size() : entry.centralOffset;
      ByteBuffer local = buffer(30).putInt(0x04034b50).putShort((short) 20);
      out.write(common(local, entry, entry.localName).putShort((short) 0).array());
      out.write(entry.localName);
      out.write(entry.packed);
      ByteBuffer row = buffer(46).putInt(0x02014b50).putShort((short) 20).putShort((short) 20);
      common(row, entry, entry.name).putShort((short) 0).putShort((short) 0).putShort((short) 0);
      central.write(row.putShort((short) 0).putInt(0).putInt((int) offset).array());
      central.write(entry.name);
    }
    int start = out.size();
    central.writeTo(out);
    short count = (short) entries.size();
    ByteBuffer end = buffer(22).putInt(0x06054b50).putInt(0).putShort(count).putShort(count);
    out.write(end.putInt(central.size()).putInt(start).putShort((short) 0).array());
    return out.toByteArray();
  }

  private static ByteBuffer common(ByteBuffer header, Entry entry, byte[] name) {
    return header
        .putShort((short) entry.flags)
        .putShort((short) entry.method)
        .putInt(0x5a210000) // a day in 2025
        .putInt(entry.crc)
        .putInt(entry.packed.length)
        .putInt(entry.size)
        .putShort((short) name.length);
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(bytes);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }
}
