package dev.triptych.models.diffusers.pipeline;

import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.diffusers.PipelineKind;
import dev.triptych.models.diffusers.UNetConfig;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a diffusers folder says about its pipeline beside the weights.
 *
 * @param kind the pipeline's kind
 * @param scheduler the settings of its scheduler
 * @param unet the shape of its UNet
 * @param reduction pixels of a picture's side for each latent
 * @param width pixels across of a picture where the user says nothing
 * @param height pixels down of a picture where the user says nothing
 * @param zeros whether SDXL models are told of an empty text as zeros
 * @param upcast whether the VAE overflows in float16 and computes in float32 (force_upcast)
 * @param dtype what the pipeline computes in: float32, float16 or bfloat16
 */
public record PipelineFacts(
    PipelineKind kind,
    SchedulerConfig scheduler,
    UNetConfig unet,
    int reduction,
    int width,
    int height,
    boolean zeros,
    boolean upcast,
    String dtype) {

  /**
   * Reads a folder.
   *
   * @param dtype what the pipeline is to compute in
   * @throws IOException if it is no diffusers folder that can be run, saying why
   */
  static PipelineFacts read(Path folder, String dtype) throws IOException {
    DiffusersFolder parts = DiffusersFolder.open(folder);
    PipelineKind kind =
        parts
            .kind()
            .orElseThrow(
                () ->
                    new IOException(
                        folder + " is a model of image.picture, which has no text encoder"));
    int reduction = parts.reduction();
    int[] side = parts.sampleSize();
    return new PipelineFacts(
        kind,
        corrected(kind, SchedulerConfig.read(parts.scheduler())),
        UNetConfig.read(parts.unet()),
        reduction,
        side[1] * reduction,
        side[0] * reduction,
        parts.zerosForEmptyPrompt(),
        parts.vaeUpcasts(),
        dtype);
  }

  /** What diffusers' StableDiffusionPipeline and its sister change in old settings. */
  private static SchedulerConfig corrected(PipelineKind kind, SchedulerConfig settings) {
    return kind == PipelineKind.STABLE_DIFFUSION
        ? settings.with("steps_offset", 1).with("clip_sample", false)
        : settings;
  }

  /** Returns whether the UNet is told the guidance and applies it by itself, as LCM models do. */
  public boolean toldGuidance() {
    return unet.time().guidance() > 0;
  }

  /** Returns the dtype that the pipeline's VAE computes in, and draws its noise in. */
  public String vaeDtype() {
    boolean overflows = kind == PipelineKind.STABLE_DIFFUSION_XL && upcast;
    return overflows ? "float32" : dtype;
  }
}
