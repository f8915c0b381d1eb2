package dev.triptych.models.diffusers.pipeline;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.models.diffusers.AutoencoderTiny;
import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * A diffusers folder with all its parts in memory.
 *
 * <pre>{@code
 * try (DiffusersPipeline pipeline = DiffusersPipeline.load(folder, Placement.of("cpu", "auto"))) {
 *   DiffusersPipeline.Picture picture = pipeline.paint(Brief.of("a red fox").withSeed(7));
 * }
 * }</pre>
 *
 * <p>Calls are safe from many threads at once: what a picture changes belongs to its {@link
 * Painting}.
 */
public final class DiffusersPipeline implements AutoCloseable {

  /**
   * A finished picture.
   *
   * @param pixels (3, height, width), about −1…1
   * @param latents that it was developed from, (1, C, h, w)
   */
  public record Picture(float[] pixels, int width, int height, float[] latents) {}

  private final PromptReader reader;
  private final UNet unet;
  private final LatentCodec codec;

  private DiffusersPipeline(PromptReader reader, UNet unet, LatentCodec codec) {
    this.reader = reader;
    this.unet = unet;
    this.codec = codec;
  }

  /**
   * Loads a folder.
   *
   * @param wanted where and how precisely; {@code auto} for the precision of the folder's weights
   * @throws IOException if the pipeline is not supported, or a file is missing or damaged
   */
  public static DiffusersPipeline load(Path folder, Placement wanted) throws IOException {
    PromptReader reader = PromptReader.load(folder, wanted);
    try {
      UNet unet = unet(folder, wanted);
      try {
        return new DiffusersPipeline(reader, unet, codec(folder, wanted));
      } catch (IOException | RuntimeException e) {
        unet.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** Loads the UNet of a folder; see {@link #load}. */
  public static UNet unet(Path folder, Placement wanted) throws IOException {
    DiffusersFolder parts = DiffusersFolder.open(folder);
    return UNet.load(parts.unet(), parts.placement(wanted));
  }

  /** Loads the VAE of a folder; see {@link #load}. */
  public static LatentCodec codec(Path folder, Placement wanted) throws IOException {
    DiffusersFolder parts = DiffusersFolder.open(folder);
    Placement placement = parts.placement(wanted);
    return parts.tinyVae()
        ? AutoencoderTiny.load(parts.vae(), placement)
        : AutoencoderKL.load(parts.vae(), placement);
  }

  /**
   * Loads what previews are decoded with: the AutoencoderTiny that a folder is, or that a pipeline
   * in it has.
   *
   * @throws IllegalArgumentException if the folder has none
   * @throws IOException if a file is missing or damaged
   */
  public static LatentCodec previewer(Path folder, Placement wanted) throws IOException {
    if (!Files.exists(folder.resolve("model_index.json"))) {
      String dtype = wanted.dtype().equals("auto") ? "float32" : wanted.dtype();
      return AutoencoderTiny.load(folder, Placement.of(wanted.device(), dtype));
    }
    DiffusersFolder parts = DiffusersFolder.open(folder);
    if (!parts.tinyVae()) {
      throw new IllegalArgumentException(
          folder + " has no AutoencoderTiny, which previews need: name a folder of one, or none");
    }
    return AutoencoderTiny.load(parts.vae(), parts.placement(wanted));
  }

  /** Returns what the folder says of its pipeline. */
  public PipelineFacts facts() {
    return reader.facts();
  }

  /** Paints with the schedulers that are known here. */
  public Picture paint(Brief brief) {
    return paint(brief, List.of(), (done, steps, latents) -> {});
  }

  /**
   * Paints.
   *
   * @param brought schedulers that plugins bring
   * @param watcher sees each step, and may throw to stop
   * @throws IllegalArgumentException if the brief asks for what this pipeline cannot do
   */
  public Picture paint(Brief brief, Collection<SchedulerFamily> brought, Painting.Watcher watcher) {
    Painting painting = new Painting(facts(), brief, brought);
    Said said = painting.read(reader);
    painting.begin(codec, () -> {});
    float[] latents = painting.denoise(unet, said, watcher);
    float[] pixels = painting.develop(codec, () -> {});
    return new Picture(pixels, painting.width(), painting.height(), latents);
  }

  @Override
  public void close() {
    try (reader;
        unet) {
      codec.close();
    }
  }
}
