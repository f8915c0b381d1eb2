package dev.triptych.models.diffusers.pipeline;

/**
 * What a UNet is told of the prompt.
 *
 * @param rows 1, or 2 with guidance: what is not to be seen, then what is
 * @param text (rows, tokens, D)
 * @param pooled (rows, P) for SDXL models, else empty
 */
public record Said(int rows, int tokens, float[] text, float[] pooled) {}
