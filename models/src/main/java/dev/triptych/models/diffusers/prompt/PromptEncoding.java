package dev.triptych.models.diffusers.prompt;

/**
 * A prompt as a UNet looks at it.
 *
 * @param tokens rows: 77 for each part of a long prompt
 * @param width features of a row
 * @param states (tokens, width)
 * @param pooled state of the whole prompt, of its first part if it is long; SDXL's UNet is told it
 */
public record PromptEncoding(int tokens, int width, float[] states, float[] pooled) {

  /** Returns a prompt of the same form that is zero throughout, as SDXL wants an empty one. */
  public PromptEncoding zeros() {
    return new PromptEncoding(tokens, width, new float[states.length], new float[pooled.length]);
  }
}
