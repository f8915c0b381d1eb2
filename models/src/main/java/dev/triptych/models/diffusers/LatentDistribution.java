package dev.triptych.models.diffusers;

/**
 * The latents that a picture may have: independent normal numbers, or the only ones.
 *
 * <p>Source: diffusers 0.34, {@code DiagonalGaussianDistribution} in models/autoencoders/vae.py.
 */
public final class LatentDistribution {

  private final float[] mean;
  private final float[] logVariance; // null if the mean is all there is
  private final double shift;
  private final double scale;

  private LatentDistribution(float[] mean, float[] logVariance, double shift, double scale) {
    this.mean = mean;
    this.logVariance = logVariance;
    this.shift = shift;
    this.scale = scale;
  }

  /** Takes means and logarithms of variances, (batch, 2 C, height, width). */
  static LatentDistribution ofMoments(float[] moments, int batch, double shift, double scale) {
    int half = moments.length / batch / 2;
    float[] mean = new float[batch * half];
    float[] logVariance = new float[batch * half];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(moments, 2 * b * half, mean, b * half, half);
      System.arraycopy(moments, (2 * b + 1) * half, logVariance, b * half, half);
    }
    return new LatentDistribution(mean, logVariance, shift, scale);
  }

  static LatentDistribution of(float[] latents, double shift, double scale) {
    return new LatentDistribution(latents, null, shift, scale);
  }

  /** Returns the unscaled means, (batch, C, height, width). */
  public float[] mean() {
    return mean.clone();
  }

  /**
   * Returns the logarithms of the unscaled variances, (batch, C, height, width), each within -30
   * and 20; all -30 if the latents are certain.
   */
  public float[] logVariance() {
    float[] clamped = new float[mean.length];
    for (int i = 0; i < clamped.length; i++) {
      clamped[i] = random() ? Math.max(-30f, Math.min(20f, logVariance[i])) : -30f;
    }
    return clamped;
  }

  /** Returns whether {@link #sample} needs noise; AutoencoderTiny's latents are certain. */
  public boolean random() {
    return logVariance != null;
  }

  /** Returns the most likely latents, as the UNet sees them. */
  public float[] mode() {
    return scaled(mean);
  }

  /**
   * Returns random latents, as the UNet sees them.
   *
   * @param noise unit normal numbers, as many; not looked at if the latents are certain
   * @throws IllegalArgumentException if the noise has another size
   */
  public float[] sample(float[] noise) {
    if (!random()) {
      return mode();
    }
    if (noise.length != mean.length) {
      throw new IllegalArgumentException(
          "the latents have " + mean.length + " numbers, the noise " + noise.length);
    }
    float[] clamped = logVariance();
    float[] sampled = new float[mean.length];
    for (int i = 0; i < sampled.length; i++) {
      float deviation = (float) Math.exp(0.5f * clamped[i]);
      sampled[i] = mean[i] + deviation * noise[i];
    }
    return scaled(sampled);
  }

  /** Returns latents as the model made them, of those that the UNet sees. */
  static float[] unscaled(float[] latents, double shift, double scale) {
    float[] unscaled = new float[latents.length];
    for (int i = 0; i < unscaled.length; i++) {
      unscaled[i] = (float) (latents[i] / scale + shift);
    }
    return unscaled;
  }

  private float[] scaled(float[] latents) {
    float[] scaled = new float[latents.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) ((latents[i] - shift) * scale);
    }
    return scaled;
  }
}
