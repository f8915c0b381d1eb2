package dev.triptych.image;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.diffusers.TextProjection;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Path;

/** The parts of a diffusers folder that make a picture from token states. */
record PictureModel(
    UNet unet, AutoencoderKL vae, TextProjection projection, SchedulerConfig scheduler)
    implements AutoCloseable, Weighed {

  /**
   * Loads a folder with the parts {@code unet}, {@code vae}, {@code projection} and {@code
   * scheduler}.
   *
   * @throws IOException if a part is missing, damaged or not supported, saying which
   */
  static PictureModel load(Path folder, Placement placement) throws IOException {
    DiffusersFolder parts = DiffusersFolder.open(folder);
    Path projection =
        parts
            .projection()
            .orElseThrow(
                () ->
                    new IOException(
                        folder + " has no part \"projection\", which this generator needs"));
    TextProjection text = TextProjection.load(projection);
    SchedulerConfig scheduler = SchedulerConfig.read(parts.scheduler());
    UNet unet = UNet.load(parts.unet(), placement);
    try {
      return new PictureModel(unet, AutoencoderKL.load(parts.vae(), placement), text, scheduler);
    } catch (IOException | RuntimeException e) {
      unet.close();
      throw e;
    }
  }

  @Override
  public long mappedBytes() {
    return unet.mappedBytes() + vae.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return unet.privateBytes() + vae.privateBytes();
  }

  @Override
  public void close() {
    try (unet) {
      vae.close();
    }
  }
}
