package dev.triptych.models.diffusers;

import dev.triptych.api.ext.Weighed;

/**
 * What turns pictures into latents and back: an {@link AutoencoderKL} or an {@link
 * AutoencoderTiny}.
 *
 * <p>Latents here are as the UNet sees them: scaled, and shifted if the model says so.
 *
 * <p>Calls are safe from many threads at once.
 */
public interface LatentCodec extends AutoCloseable, Weighed {

  /** Returns by what the height and width of a picture are divided. */
  int reduction();

  /** Returns the channels of the latents. */
  int latentChannels();

  /**
   * Decodes latents.
   *
   * @param latents (batch, C, height, width)
   * @param between runs between two layers; what it throws stops the work
   * @return pictures (batch, 3, height · reduction, width · reduction), about -1..1
   * @throws IllegalArgumentException if the array does not fill its shape
   */
  float[] decode(float[] latents, int batch, int height, int width, Cut cut, Runnable between);

  /**
   * Encodes pictures.
   *
   * @param pictures (batch, 3, height, width), -1..1
   * @param between runs between two layers; what it throws stops the work
   * @return latents (batch, C, height / reduction, width / reduction)
   * @throws IllegalArgumentException if the array does not fill its shape, or has fewer rows or
   *     columns than the reduction
   */
  LatentDistribution encode(
      float[] pictures, int batch, int height, int width, Cut cut, Runnable between);

  /** Frees the weights; no call may be under way. */
  @Override
  void close();
}
