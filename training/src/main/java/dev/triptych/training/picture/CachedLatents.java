package dev.triptych.training.picture;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.training.diffusion.LatentSource;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Pictures as the VAE's latents in bfloat16 on disk, with the token states of their captions.
 *
 * <p>Layout, big-endian: the word {@code LATC}, the number of pictures, channels, side, then for
 * each picture its latents and how much of each cell its subjects cover (a byte a cell). The last
 * pictures are held out; training draws the others in an order of its own.
 */
public final class CachedLatents implements LatentSource {
  private static final int MAGIC = 0x4C415443;
  private static final int HEADER = 16;
  private static final int SIZE = 128;
  private static final float COVERED = 3; // what a cell that a subject fills weighs more

  private final ByteBuffer file;
  private final int count;
  private final int channels;
  private final int side;
  private final CaptionCache captions;

  private CachedLatents(ByteBuffer file, int count, int channels, int side, CaptionCache captions) {
    this.file = file;
    this.count = count;
    this.channels = channels;
    this.side = side;
    this.captions = captions;
  }

  /** Encodes every picture and writes the latents, whole or not at all. */
  public static void write(Path target, Pictures pictures, Path vaeFolder) throws IOException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path part = Files.createTempFile(target.toAbsolutePath().getParent(), "latents", ".part");
    long start = System.nanoTime();
    try (AutoencoderKL vae = AutoencoderKL.load(vaeFolder, Placement.of("cpu", "auto"));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
      int channels = vae.config().latentChannels();
      out.writeInt(MAGIC);
      out.writeInt(pictures.count());
      out.writeInt(channels);
      int side = SIZE / vae.config().reduction();
      out.writeInt(side);
      float[] image = new float[3 * SIZE * SIZE];
      for (int i = 0; i < pictures.count(); i++) {
        Pictures.planes(pictures.picture(i), image, 0);
        for (float number : vae.encode(image, 1, SIZE, SIZE)) {
          out.writeShort(TokenStates.bfloat16(number));
        }
        byte[] cover = pictures.cover(i, side);
        out.write(cover == null ? new byte[side * side] : cover);
        if ((i + 1) % 2000 == 0) {
          System.out.printf("%d latents in %.0f s%n", i + 1, (System.nanoTime() - start) / 1e9);
        }
      }
      out.close();
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Maps a file that {@link #write} wrote.
   *
   * @throws IOException if it is damaged or has another number of pictures than the captions
   */
  public static CachedLatents open(Path latents, CaptionCache captions) throws IOException {
    try (FileChannel channel = FileChannel.open(latents, StandardOpenOption.READ)) {
      if (channel.size() < HEADER || channel.size() > Integer.MAX_VALUE) {
        throw damaged(latents);
      }
      ByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int count = map.getInt(4);
      int channels = map.getInt(8);
      int side = map.getInt(12);
      boolean fits = channels > 0 && channels < 1024 && side > 0 && side < 1024;
      if (map.getInt(0) != MAGIC
          || !fits
          || channel.size() != HEADER + count * (2L * channels + 1) * side * side
          || count != captions.zh().captions().length) {
        throw damaged(latents);
      }
      return new CachedLatents(map, count, channels, side, captions);
    }
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int side() {
    return side;
  }

  @Override
  public int zhStates() {
    return captions.zh().states().width();
  }

  @Override
  public int enStates() {
    return captions.en().states().width();
  }

  @Override
  public Captioned picture(long index) {
    int learned = count - heldOut();
    // Each picture once an epoch, in an order of its own: a stride without a factor in common.
    int stride = 7919;
    while (learned % stride == 0) {
      stride += 2;
    }
    return get((int) Math.floorMod(index % learned * stride + index / learned, (long) learned));
  }

  @Override
  public int heldOut() {
    return Math.max(1, Math.min(512, count / 10));
  }

  @Override
  public Captioned heldOut(int index) {
    return get(count - heldOut() + index);
  }

  private Captioned get(int i) {
    int numbers = channels * side * side;
    int cells = side * side;
    int at = HEADER + i * (2 * numbers + cells);
    float[] latents = new float[numbers];
    for (int k = 0; k < numbers; k++) {
      latents[k] = Float.intBitsToFloat(file.getShort(at + 2 * k) << 16);
    }
    float[] weights = new float[cells];
    for (int k = 0; k < cells; k++) {
      weights[k] = 1 + COVERED * (file.get(at + 2 * numbers + k) & 255) / 255;
    }
    return new Captioned(latents, weights, states(captions.zh(), i), states(captions.en(), i));
  }

  private static float[][] states(CaptionCache.Language language, int picture) {
    int width = language.states().width();
    float[] flat = new float[TokenStates.LONGEST * width];
    int tokens = language.states().read(language.captions()[picture], flat, 0);
    float[][] rows = new float[tokens][width];
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(flat, t * width, rows[t], 0, width);
    }
    return rows;
  }

  private static IOException damaged(Path file) {
    return new IOException(
        file + " is damaged or belongs to other pictures: delete it to make it again");
  }
}
