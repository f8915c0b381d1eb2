package dev.triptych.models.diffusers;

/**
 * What some UNets are told once for the whole picture, beside the text.
 *
 * @param pooled pooled text of SDXL models, (batch, P); empty for none
 * @param timeIds original size, crop and target size of SDXL models, (batch, 6); empty for none
 * @param guidance embedded guidance of LCM models, (batch, W); empty for none
 */
public record Added(float[] pooled, float[] timeIds, float[] guidance) {

  /** Nothing. */
  public static final Added NONE = new Added(new float[0], new float[0], new float[0]);

  /** What SDXL models are told. */
  public static Added text(float[] pooled, float[] timeIds) {
    return new Added(pooled, timeIds, new float[0]);
  }

  /**
   * What LCM models are told: the guidance, which they apply by themselves, as sines and cosines
   * (get_guidance_scale_embedding of diffusers' pipeline_latent_consistency_text2img.py).
   *
   * @param scale the guidance that a user asks for, 1 is none
   * @param width time_cond_proj_dim
   */
  public static Added guidance(double scale, int width, int batch) {
    float[] embedding = new float[batch * width];
    int half = width / 2;
    for (int i = 0; i < half; i++) {
      float frequency = (float) Math.exp(i * (float) -(Math.log(10000) / (half - 1)));
      float angle = (float) (scale - 1) * 1000 * frequency;
      for (int b = 0; b < batch; b++) {
        embedding[b * width + i] = (float) Math.sin(angle);
        embedding[b * width + half + i] = (float) Math.cos(angle);
      }
    }
    return new Added(new float[0], new float[0], embedding);
  }
}
