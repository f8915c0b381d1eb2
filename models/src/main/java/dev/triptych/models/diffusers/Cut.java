package dev.triptych.models.diffusers;

/** How a {@link LatentCodec} cuts its work to save memory. */
public enum Cut {
  /** All pictures at once. */
  NONE,

  /** One picture after another (diffusers: slicing). */
  PICTURES,

  /**
   * One picture after another, and a picture larger than the model's own size in overlapping tiles
   * that are blended into each other (diffusers: tiling). Each tile is computed alone, so that the
   * result is not quite what it is uncut.
   */
  TILES
}
