package dev.triptych.image;

import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One learned linear map a language, from an encoder's token states to what the UNet attends to.
 *
 * @param width of a row that the UNet attends to
 * @param zh (width, 512)
 * @param en (width, 384)
 */
record Projection(int width, float[] zh, float[] en) {
  /** The model learned from captions of at most so many tokens. */
  static final int TOKENS = 24;

  /**
   * Reads {@code model.safetensors} in a folder.
   *
   * @throws IOException if it is missing or its two matrices do not have the same height
   */
  static Projection load(Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Safetensors weights = Safetensors.open(file);
    Safetensors.Entry zh = weights.entries().get("zh.weight");
    Safetensors.Entry en = weights.entries().get("en.weight");
    if (zh == null || en == null || zh.shape().length != 2 || en.shape().length != 2) {
      throw new IOException(file + " must hold the matrices zh.weight and en.weight");
    }
    if (zh.shape()[0] != en.shape()[0]) {
      throw new IOException(file + " must hold matrices of the same height");
    }
    return new Projection(
        (int) zh.shape()[0], weights.floats("zh.weight"), weights.floats("en.weight"));
  }

  /** Writes the rows of a text into a padded batch, {@code (TOKENS, width)} from an offset. */
  void project(float[][] states, boolean chinese, float[] out, int offset) {
    float[] matrix = chinese ? zh : en;
    for (int t = 0; t < Math.min(TOKENS, states.length); t++) {
      int depth = states[t].length;
      for (int row = 0; row < width; row++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += matrix[row * depth + k] * states[t][k];
        }
        out[offset + t * width + row] = sum;
      }
    }
  }
}
