package dev.triptych.image;

import dev.triptych.api.Artifact;
import dev.triptych.models.diffusers.pipeline.Brief;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Set;

/** Latents as a safetensors file with the one tensor {@code latents}, (1, C, h, w). */
final class LatentsFile {
  static final String MEDIA_TYPE = "application/safetensors";

  private static final String TENSOR = "latents";
  private static final int LONGEST_SIDE = 4096;
  private static final Set<Dtype> REAL = Set.of(Dtype.F32, Dtype.F16, Dtype.BF16, Dtype.F64);

  private LatentsFile() {}

  /**
   * Reads latents that a picture is to begin from.
   *
   * @throws IllegalArgumentException if the file has none, or none of that form
   */
  static Brief.Start read(Artifact work) throws IOException {
    Path copy = Files.createTempFile("latents", ".safetensors");
    try (InputStream in = work.open()) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      Safetensors file = opened(copy);
      Safetensors.Entry entry = file.entries().get(TENSOR);
      if (entry == null) {
        throw new IllegalArgumentException(
            "the file of latents has no tensor \"latents\", but " + file.entries().keySet());
      }
      long[] shape = entry.shape();
      boolean four = shape.length == 4 && shape[0] == 1;
      if (!four || Math.max(shape[2], shape[3]) > LONGEST_SIDE || !REAL.contains(entry.dtype())) {
        throw new IllegalArgumentException(
            "the latents are %s%s, but must be real numbers of the shape [1, channels, height, width]"
                .formatted(entry.dtype(), Arrays.toString(shape)));
      }
      return new Brief.Start(file.floats(TENSOR), (int) shape[3], (int) shape[2]);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static Safetensors opened(Path copy) throws IOException {
    try {
      return Safetensors.open(copy);
    } catch (IOException e) {
      String why = e.getMessage().replace(copy.toString(), "it");
      throw new IllegalArgumentException("the file of latents is damaged: " + why, e);
    }
  }

  /** Returns the bytes of a file: the same latents, the same bytes. */
  static byte[] bytes(float[] latents, int width, int height) throws IOException {
    Path file = Files.createTempFile("latents", ".safetensors");
    try {
      int channels = latents.length / width / height;
      new SafetensorsWriter()
          .add(TENSOR, Dtype.F32, latents, 1, channels, height, width)
          .write(file);
      return Files.readAllBytes(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
