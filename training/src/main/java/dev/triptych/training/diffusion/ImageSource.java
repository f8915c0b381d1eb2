package dev.triptych.training.diffusion;

/**
 * Pictures without end, each decided by its index alone. [any thread]
 *
 * <p>The loop asks ahead of time on a thread of its own; a picture is asked for about once.
 */
public interface ImageSource {

  /** Returns the height and width of every picture, a multiple of the VAE's reduction. */
  int size();

  /** Returns a training picture, (3, size, size), RGB in -1..1; any index from 0. */
  float[] image(long index);

  /** Returns how many pictures are held out. */
  int heldOut();

  /** Returns a picture that no index of training gives, 0 ≤ index &lt; heldOut(). */
  float[] heldOut(int index);
}
