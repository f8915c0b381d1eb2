package dev.triptych.training.diffusion;

/**
 * Pictures as latents, with a caption in each language as token states. [any thread]
 *
 * <p>Latents are scaled, as {@code AutoencoderKL.encode} gives them.
 */
public interface LatentSource {

  /** Returns the number of latent channels. */
  int channels();

  /** Returns the height and width of the latents. */
  int side();

  /** Returns the width of the Chinese token states, such as 512 for bge-small-zh. */
  int zhStates();

  /** Returns the width of the English token states, such as 384 for MiniLM. */
  int enStates();

  /** Returns a training picture; any index from 0, the same picture for the same index. */
  Captioned picture(long index);

  /** Returns how many pictures are held out. */
  int heldOut();

  /** Returns a picture that no index of training gives, 0 ≤ index &lt; heldOut(). */
  Captioned heldOut(int index);

  /**
   * A picture and its captions.
   *
   * @param latents (channels, side, side)
   * @param weights (side, side), how much the error of each cell counts; 1 where nothing is special
   * @param zh token states of a Chinese caption, (T, zhStates), with the first and last mark
   * @param en token states of an English caption, (T, enStates)
   */
  record Captioned(float[] latents, float[] weights, float[][] zh, float[][] en) {}
}
