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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

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

  private PicturePeer(Path folder, Placement placement, boolean kept) {
    this.folder = folder;
    this.placement = placement;
    this.kept = kept;
  }

  /** Measures {@code FOLDER DTYPE kept|lean}; answers {@code STEPS SIDE} until the input ends. */
  public static void main(String[] arguments) throws IOException {
    Torch.start();
    PicturePeer peer =
        new PicturePeer(
            Path.of(arguments[0]), Placement.of("cpu", arguments[1]), arguments[2].equals("kept"));
    System.out.println("ready 0");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      int side = Integer.parseInt(words[1]);
      Brief brief =
          Brief.of(PROMPT).withSteps(Integer.parseInt(words[0])).withSize(side, side).withSeed(1);
      System.out.println(peer.painted(brief));
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
    painting.denoise(unet, said, (done, steps, latents) -> {});
    if (!kept) {
      unet.close();
      unet = null;
    }
    denoise.end();
    Stage decode = new Stage();
    codec = codec == null ? DiffusersPipeline.codec(folder, placement) : codec;
    painting.develop(codec, () -> {});
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
