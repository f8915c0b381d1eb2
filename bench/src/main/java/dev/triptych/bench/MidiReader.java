package dev.triptych.bench;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a Standard MIDI File from its bytes, by the specification (RP-001) and by nothing else, so
 * that what {@code javax.sound.midi} wrote is judged by another.
 *
 * <p>It is strict: a missing end of track, bytes left over, a note that never ends or a data byte
 * above 127 is an error that says where.
 */
public final class MidiReader {
  private static final int END_OF_TRACK = 0x2F;

  /**
   * A file.
   *
   * @param format 0, 1 or 2
   * @param ticksPerQuarter resolution
   * @param tracks in order
   */
  public record MidiFile(int format, int ticksPerQuarter, List<MidiTrack> tracks) {
    /** Returns the first track with a name. */
    public MidiTrack track(String name) throws IOException {
      for (MidiTrack track : tracks) {
        if (track.name().equals(name)) {
          return track;
        }
      }
      throw new IOException("the MIDI file has no track named " + name);
    }

    /** Returns the data of the first meta event of a type in the first track. */
    public byte[] meta(int type) throws IOException {
      for (Meta meta : tracks.get(0).metas()) {
        if (meta.type() == type) {
          return meta.data();
        }
      }
      throw new IOException("the MIDI file lacks the meta event 0x" + Integer.toHexString(type));
    }
  }

  /**
   * A track.
   *
   * @param name its track name, or ""
   * @param end tick of its end
   * @param program its first program change, or -1
   */
  public record MidiTrack(
      String name, long end, int program, List<SoundingNote> notes, List<Meta> metas) {}

  /** A note, times in ticks, {@code end} exclusive. */
  public record SoundingNote(long start, long end, int channel, int pitch, int velocity) {}

  /** A meta event. */
  public record Meta(long tick, int type, byte[] data) {
    /** Returns the data as text. */
    public String text() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  private final ByteBuffer in;

  private MidiReader(byte[] file) {
    in = ByteBuffer.wrap(file);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it breaks the specification, saying at which byte
   */
  public static MidiFile read(byte[] file) throws IOException {
    MidiReader reader = new MidiReader(file);
    try {
      return reader.file();
    } catch (BufferUnderflowException e) {
      throw reader.wrong("the file ends in the middle");
    }
  }

  private MidiFile file() throws IOException {
    chunk("MThd", 6);
    int format = in.getShort();
    int count = in.getShort();
    int division = in.getShort();
    if (format < 0 || format > 2 || count < 1 || division <= 0) {
      throw wrong("the header is of no file in beats");
    }
    List<MidiTrack> tracks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tracks.add(track());
    }
    if (in.hasRemaining()) {
      throw wrong("bytes are left over after the last track");
    }
    return new MidiFile(format, division, List.copyOf(tracks));
  }

  private MidiTrack track() throws IOException {
    int length = chunk("MTrk", -1);
    int limit = in.position() + length;
    if (length < 0 || limit > in.limit()) {
      throw wrong("a track is longer than the file");
    }
    String name = "";
    int program = -1;
    int status = 0;
    long tick = 0;
    List<SoundingNote> notes = new ArrayList<>();
    List<SoundingNote> open = new ArrayList<>();
    List<Meta> metas = new ArrayList<>();
    while (in.position() < limit) {
      tick += variable();
      int first = in.get() & 0xff;
      if (first == 0xFF) {
        int type = in.get() & 0xff;
        byte[] data = new byte[length(limit)];
        in.get(data);
        status = 0;
        if (type == END_OF_TRACK) {
          if (in.position() != limit || !open.isEmpty()) {
            throw wrong(open.isEmpty() ? "a track ends before its length" : "a note never ends");
          }
          return new MidiTrack(name, tick, program, List.copyOf(notes), List.copyOf(metas));
        }
        metas.add(new Meta(tick, type, data));
        name = type == 0x03 && name.isEmpty() ? new String(data, StandardCharsets.UTF_8) : name;
      } else if (first == 0xF0 || first == 0xF7) {
        in.position(in.position() + length(limit));
        status = 0;
      } else {
        boolean running = first < 0x80;
        status = running ? status : first;
        if (status < 0x80 || status >= 0xF0) {
          throw wrong("a data byte stands without a status");
        }
        int one = running ? first : data();
        int kind = status >> 4;
        int two = kind == 0xC || kind == 0xD ? 0 : data();
        int channel = status & 0xF;
        if (kind == 0xC && program < 0) {
          program = one;
        } else if (kind == 0x9 && two > 0) {
          open.add(new SoundingNote(tick, -1, channel, one, two));
        } else if (kind == 0x8 || kind == 0x9) {
          notes.add(close(open, tick, channel, one));
        }
      }
    }
    throw wrong("a track has no end");
  }

  private SoundingNote close(List<SoundingNote> open, long tick, int channel, int pitch)
      throws IOException {
    for (int i = 0; i < open.size(); i++) {
      SoundingNote note = open.get(i);
      if (note.channel() == channel && note.pitch() == pitch) {
        open.remove(i);
        return new SoundingNote(note.start(), tick, channel, pitch, note.velocity());
      }
    }
    throw wrong("a note ends that never began");
  }

  private int chunk(String type, int length) throws IOException {
    byte[] name = new byte[4];
    in.get(name);
    int found = in.getInt();
    if (!new String(name, StandardCharsets.US_ASCII).equals(type)) {
      throw wrong("there is no " + type + " chunk");
    }
    if (length >= 0 && found != length) {
      throw wrong("the " + type + " chunk has " + found + " bytes, not " + length);
    }
    return found;
  }

  private int length(int limit) throws IOException {
    int length = variable();
    if (in.position() + length > limit) {
      throw wrong("an event is longer than its track");
    }
    return length;
  }

  private int variable() throws IOException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int next = in.get() & 0xff;
      value = value << 7 | next & 0x7F;
      if (next < 0x80) {
        return value;
      }
    }
    throw wrong("a length has more than four bytes");
  }

  private int data() throws IOException {
    int value = in.get() & 0xff;
    if (value > 127) {
      throw wrong("a data byte is above 127");
    }
    return value;
  }

  private IOException wrong(String what) {
    return new IOException("not a sound MIDI file: " + what + ", at byte " + in.position());
  }
}
