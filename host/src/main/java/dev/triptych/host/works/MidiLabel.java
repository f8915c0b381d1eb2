package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The label of a Standard MIDI File: a text meta event (FF 01) first in the first track. */
final class MidiLabel {
  private static final int MTHD = 0x4d546864;
  private static final int MTRK = 0x4d54726b;

  private MidiLabel() {}

  static byte[] write(byte[] midi, String text) throws IOException {
    Place place = place(midi);
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    byte[] utf8 = text.getBytes(UTF_8);
    event.writeBytes(new byte[] {0, (byte) 0xff, 1}); // delta time 0, meta, text
    writeLength(event, utf8.length);
    event.writeBytes(utf8);
    int labelEnd = place.label == null ? place.body : place.labelEnd;
    long length = (long) place.length - (labelEnd - place.body) + event.size();
    ByteBuffer out = ByteBuffer.allocate(midi.length - (labelEnd - place.body) + event.size());
    out.put(midi, 0, place.body - 4).putInt((int) length).put(event.toByteArray());
    return out.put(midi, labelEnd, midi.length - labelEnd).array();
  }

  static Optional<String> read(byte[] midi) throws IOException {
    return Optional.ofNullable(place(midi).label);
  }

  /** The first track: where its events begin, how long they are, and the label that is there. */
  private record Place(int body, int length, String label, int labelEnd) {}

  private static Place place(byte[] midi) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(midi);
    if (midi.length < 14 || bytes.getInt(0) != MTHD || bytes.getInt(4) < 6) {
      throw new IOException("this is not a MIDI file: it does not begin with an MThd chunk");
    }
    long at = 8L + bytes.getInt(4);
    while (at + 8 <= midi.length) {
      int type = bytes.getInt((int) at);
      int length = bytes.getInt((int) at + 4);
      if (length < 0 || at + 8 + length > midi.length) {
        throw new IOException("the MIDI file's chunk at byte " + at + " is longer than the file");
      }
      if (type == MTRK) {
        return label(midi, (int) at + 8, length);
      }
      at += 8L + length;
    }
    throw new IOException("the MIDI file has no track");
  }

  private static Place label(byte[] midi, int body, int length) {
    int end = body + length;
    if (length > 4 && midi[body] == 0 && (midi[body + 1] & 0xff) == 0xff && midi[body + 2] == 1) {
      int at = body + 3;
      long size = 0;
      while (at < end) {
        int next = midi[at++];
        size = size << 7 | next & 0x7f;
        if (next >= 0) {
          break;
        }
      }
      if (size >= 0 && size <= end - at) {
        String text = new String(midi, at, (int) size, UTF_8);
        if (text.startsWith(Labels.MARK)) {
          return new Place(body, length, text, at + (int) size);
        }
      }
    }
    return new Place(body, length, null, body);
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (length >>> shift != 0) {
        out.write(length >>> shift & 0x7f | 0x80);
      }
    }
    out.write(length & 0x7f);
  }
}
