package dev.triptych.training.picture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.models.diffusers.VaeConfig;
import dev.triptych.models.diffusers.VaeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaeStartTest {
  private static final int SIZE = 64;

  @TempDir Path folder;

  @Test
  void colorsComeThroughBeforeAnyTraining() throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve("checkpoint"));
    VaeStart.write(checkpoint, VaeConfig.of(4, 2, List.of(16, 32)), 3);
    try (VaeTrainer trainer = VaeTrainer.resume(checkpoint)) {
      trainer.export(folder.resolve("vae"), 1);
    }
    float[] image = new float[3 * SIZE * SIZE]; // red falls from left to right, green from the top
    for (int i = 0; i < SIZE * SIZE; i++) {
      image[i] = .8f - 1.6f * (i % SIZE) / SIZE;
      image[SIZE * SIZE + i] = .8f - 1.6f * (i / SIZE) / SIZE;
      image[2 * SIZE * SIZE + i] = i % SIZE < SIZE / 2 ? .5f : -.5f;
    }
    try (AutoencoderKL vae =
        AutoencoderKL.load(folder.resolve("vae"), Placement.of("cpu", "float32"))) {
      float[] out =
          vae.decode(
              vae.encode(image, 1, SIZE, SIZE),
              1,
              SIZE / vae.config().reduction(),
              SIZE / vae.config().reduction());
      for (int c = 0; c < 3; c++) {
        assertTrue(correlation(image, out, c) > .9, "channel " + c + " is lost");
      }
    }
  }

  private static double correlation(float[] a, float[] b, int channel) {
    int from = channel * SIZE * SIZE;
    double ma = 0;
    double mb = 0;
    for (int i = from; i < from + SIZE * SIZE; i++) {
      ma += a[i] / (SIZE * SIZE);
      mb += b[i] / (SIZE * SIZE);
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = from; i < from + SIZE * SIZE; i++) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / Math.sqrt(aa * bb + 1e-12);
  }
}
