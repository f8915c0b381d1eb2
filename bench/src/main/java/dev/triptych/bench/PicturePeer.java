package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.pipeline.Brief;
import dev.triptych.models.diffusers.pipeline.DiffusersPipeline;
import dev.triptych.models.diffusers.pipeline.Painting;
import dev.triptych.models.diffusers.pipeline.PromptReader;
import dev.triptych.models.diffusers.pipeline.Said;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/**
 * A diffusers pipeline of ours that PictureSpeed measures; it answers as {@code picture_peer.py}
 * does.
 *
 * <p>Each part is opened for its stage. {@code lean} closes it after that, as the model manager
 * does when it needs the room, so that opening is part of each picture's time; {@code kept} leaves
 * it open, as the manager does while there is room.
 */
final class PicturePeer {
  private static final String PROMPT = "a red fox in the snow, by night";

  private final Path folder;
  private final Placement placement;
  private final boolean kept;
  private PromptReader reader;
  private UNet unet;
  private LatentCodec codec;
  private float[] latents;
  private float[] pixels;

  private PicturePeer(Path folder, Placement placement, boolean kept) {
    this.folder = folder;
    this.placement = placement;
    this.kept = kept;
  }

  /**
   * Measures {@code FOLDER DTYPE kept|lean}; answers {@code STEPS SIDE [FILE|stop]} until the input
   * ends. The file is given the latents, then the pixels, as float32; {@code stop} stops after the
   * first step, as one who cancels.
   */
  public static void main(String[] arguments) throws IOException {
    Torch.start();
    PicturePeer peer =
        new PicturePeer(
            Path.of(arguments[0]), Placement.of("cpu", arguments[1]), arguments[2].equals("kept"));
    System.out.println("ready 0");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("rest")) {
        System.gc();
        System.out.println("0");
        continue;
      }
      String[] words = line.split(" ");
      int side = Integer.parseInt(words[1]);
      Brief brief =
          Brief.of(PROMPT).withSteps(Integer.parseInt(words[0])).withSize(side, side).withSeed(1);
      if (words.length > 2 && words[2].equals("stop")) {
        System.out.println(peer.stopped(brief));
        continue;
      }
      String answer = peer.painted(brief);
      if (words.length > 2) {
        Files.write(Path.of(words[2]), bytes(peer.latents, peer.pixels));
      }
      System.out.println(answer);
    }
  }

  private static byte[] bytes(float[]... parts) {
    int count = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (float[] part : parts) {
      floats.put(part);
    }
    return bytes.array();
  }

  /** Begins a picture and stops after its first step; returns the seconds until that. */
  private double stopped(Brief brief) throws IOException {
    long start = System.nanoTime();
    Painting painting;
    Said said;
    try (PromptReader texts = PromptReader.load(folder, placement)) {
      painting = new Painting(texts.facts(), brief, List.of());
      said = painting.read(texts);
    }
    painting.begin(null, () -> {});
    try (UNet denoiser = DiffusersPipeline.unet(folder, placement)) {
      painting.denoise(
          denoiser,
          said,
          (done, steps, x) -> {
            if (done == 1) {
              throw new CancellationException();
            }
          });
      throw new IllegalArgumentException("a picture of one step cannot be stopped after it");
    } catch (CancellationException e) {
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private String painted(Brief brief) throws IOException {
    Stage text = new Stage();
    reader = reader == null ? PromptReader.load(folder, placement) : reader;
    Painting painting = new Painting(reader.facts(), brief, List.of());
    Said said = painting.read(reader);
    if (!kept) {
      reader.close();
      reader = null;
    }
    text.end();
    Stage denoise = new Stage();
    painting.begin(null, () -> {});
    unet = unet == null ? DiffusersPipeline.unet(folder, placement) : unet;
    latents = painting.denoise(unet, said, (done, steps, x) -> {});
    if (!kept) {
      unet.close();
      unet = null;
    }
    denoise.end();
    Stage decode = new Stage();
    codec = codec == null ? DiffusersPipeline.codec(folder, placement) : codec;
    pixels = painting.develop(codec, () -> {});
    if (!kept) {
      codec.close();
      codec = null;
    }
    decode.end();
    double all = text.seconds + denoise.seconds + decode.seconds;
    return all + " " + text + " " + denoise + " " + decode;
  }

  /** Seconds, and the peak of resident memory, which is forgotten before. */
  private static final class Stage {
    private final long start;
    private double seconds;
    private double mebibytes;

    Stage() throws IOException {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      start = System.nanoTime();
    }

    void end() throws IOException {
      seconds = (System.nanoTime() - start) / 1e9;
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          mebibytes = Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
        }
      }
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f/%.0f", seconds, mebibytes);
    }
  }
}
