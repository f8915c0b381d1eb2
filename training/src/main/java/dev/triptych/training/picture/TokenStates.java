package dev.triptych.training.picture;

import dev.triptych.models.bert.SentenceEncoder;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;

/**
 * The token states of many captions on disk, each encoded once, in bfloat16, mapped for reading.
 *
 * <p>Layout, big-endian: the word {@code TOKS}, the number of captions n, the width of a state, n +
 * 1 offsets counted in tokens, then the states. At most {@link #LONGEST} tokens a caption are kept.
 */
public final class TokenStates {
  /** The most tokens of a caption, with the two special ones. */
  public static final int LONGEST = 24;

  private static final int MAGIC = 0x544F4B53;
  private static final int BATCH = 256;

  private final ByteBuffer file;
  private final int count;
  private final int width;

  private TokenStates(ByteBuffer file, int count, int width) {
    this.file = file;
    this.count = count;
    this.width = width;
  }

  /** Encodes captions and writes their states, whole or not at all. */
  public static void write(Path target, List<String> captions, SentenceEncoder encoder)
      throws IOException {
    write(
        target,
        captions,
        encoder.dimensions(),
        batch -> encoder.encode(batch).stream().map(SentenceEncoder.Encoding::tokens).toList());
  }

  static void write(
      Path target,
      List<String> captions,
      int width,
      Function<List<String>, List<float[][]>> encoder)
      throws IOException {
    Path states = Files.createTempFile(target.getParent(), "states", ".part");
    Path whole = Files.createTempFile(target.getParent(), "captions", ".part");
    try {
      int[] offsets = new int[captions.size() + 1];
      try (DataOutputStream out = stream(states)) {
        for (int from = 0; from < captions.size(); from += BATCH) {
          List<String> batch = captions.subList(from, Math.min(from + BATCH, captions.size()));
          int i = from;
          for (float[][] tokens : encoder.apply(batch)) {
            int length = Math.min(LONGEST, tokens.length);
            for (int t = 0; t < length; t++) {
              for (float number : tokens[t]) {
                out.writeShort(bfloat16(number));
              }
            }
            offsets[i + 1] = offsets[i] + length;
            i++;
          }
        }
      }
      try (DataOutputStream out = stream(whole)) {
        out.writeInt(MAGIC);
        out.writeInt(captions.size());
        out.writeInt(width);
        for (int offset : offsets) {
          out.writeInt(offset);
        }
        Files.copy(states, out);
      }
      Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(states);
      Files.deleteIfExists(whole);
    }
  }

  /**
   * Maps a file that {@link #write} wrote.
   *
   * @throws IOException if it is damaged
   */
  public static TokenStates open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < 16 || channel.size() > Integer.MAX_VALUE) {
        throw damaged(file);
      }
      ByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int count = map.getInt(4);
      int width = map.getInt(8);
      if (map.getInt(0) != MAGIC || count < 0 || width < 1 || 16L + 4L * count > channel.size()) {
        throw damaged(file);
      }
      int last = 0;
      for (int i = 0; i <= count; i++) {
        int offset = map.getInt(12 + 4 * i);
        if (offset < last || offset - last > LONGEST) {
          throw damaged(file);
        }
        last = offset;
      }
      if (channel.size() != 16L + 4L * count + 2L * last * width) {
        throw damaged(file);
      }
      return new TokenStates(map, count, width);
    }
  }

  /** Returns the number of captions. */
  public int count() {
    return count;
  }

  /** Returns the numbers in one token's state. */
  public int width() {
    return width;
  }

  /**
   * Copies the states of one caption.
   *
   * @param out (T, width) from {@code at}, T at most {@link #LONGEST}
   * @return T
   */
  public int read(int caption, float[] out, int at) {
    int from = file.getInt(12 + 4 * caption);
    int tokens = file.getInt(16 + 4 * caption) - from;
    int start = 16 + 4 * count + 2 * from * width;
    for (int i = 0; i < tokens * width; i++) {
      out[at + i] = Float.intBitsToFloat(file.getShort(start + 2 * i) << 16);
    }
    return tokens;
  }

  /** Returns the upper half of a float, rounded to the nearest, ties to even. */
  static short bfloat16(float number) {
    int bits = Float.floatToRawIntBits(number);
    return (short) (bits + 0x7FFF + (bits >> 16 & 1) >> 16);
  }

  private static DataOutputStream stream(Path file) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  private static IOException damaged(Path file) {
    return new IOException(file + " is no whole file of token states: delete it to make it again");
  }
}
