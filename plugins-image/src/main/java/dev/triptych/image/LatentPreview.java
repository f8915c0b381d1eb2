package dev.triptych.image;

import dev.triptych.models.diffusers.PipelineKind;

/**
 * What latents look like, a pixel for each, without the VAE: the linear map that comes nearest to
 * it.
 *
 * <p>Factors for Stable Diffusion 1 and 2 by keturn ("Decoding latents to RGB without upscaling",
 * Hugging Face forum, 2022), for SDXL by Timothy Alexis Vass ("Explaining the SDXL latent space",
 * Hugging Face blog, 2024), brought to −1…1.
 */
final class LatentPreview {
  private static final double[][] STABLE_DIFFUSION = {
    {.298, .207, .208}, // each latent channel's red, green and blue
    {.187, .286, .173},
    {-.158, .189, .264},
    {-.184, -.271, -.473}
  };
  private static final double[][] SDXL = {
    {60 / 127.5, 60 / 127.5, 60 / 127.5},
    {-60 / 127.5, -5 / 127.5, 10 / 127.5},
    {25 / 127.5, 15 / 127.5, -5 / 127.5},
    {-70 / 127.5, -50 / 127.5, -35 / 127.5}
  };
  private static final double[] SDXL_MIDDLE = {150 / 127.5 - 1, 140 / 127.5 - 1, 130 / 127.5 - 1};

  private LatentPreview() {}

  /**
   * Returns a picture of latents; gray where they have not the four channels of Stable Diffusion.
   *
   * @param latents (C, height, width)
   */
  static Raster of(PipelineKind kind, float[] latents, int width, int height) {
    boolean sdxl = kind == PipelineKind.STABLE_DIFFUSION_XL;
    double[][] factors = sdxl ? SDXL : STABLE_DIFFUSION;
    int area = width * height;
    float[] image = new float[3 * area]; // (3, h, w), −1…1
    if (latents.length == factors.length * area) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < area; i++) {
          double value = sdxl ? SDXL_MIDDLE[c] : 0;
          for (int k = 0; k < factors.length; k++) {
            value += factors[k][c] * latents[k * area + i];
          }
          image[c * area + i] = (float) value;
        }
      }
    }
    return Raster.decoded(image, width, height);
  }
}
