package dev.triptych.bench.cycled;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model of a few numbers in native memory. */
public final class Scale implements AutoCloseable {
  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray weights; // (n)

  private Scale(float[] weights) {
    this.weights = manager.create(weights);
  }

  /** Reads numbers of a text file, one a line. */
  static Scale read(Path file) throws java.io.IOException {
    var lines = Files.readAllLines(file);
    float[] weights = new float[lines.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Float.parseFloat(lines.get(i));
    }
    return new Scale(weights);
  }

  /** Returns the sum of the numbers, times a factor. */
  float times(float factor) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray own = weights.duplicate(); // belongs to the outer manager until it is moved
      own.attach(scope);
      return own.mul(factor).sum().getFloat();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
