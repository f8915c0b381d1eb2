package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.triptych.api.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scores of attention are never all in memory: PyTorch's fused kernel works through them in
 * blocks of queries and keys, which is what diffusers calls attention slicing.
 */
class AttentionMemoryTest {
  private static final Path GOLDEN = Path.of("src/test/golden/pipelines");
  private static final Path FORGET = Path.of("/proc/self/clear_refs");
  private static final int SIDE = 96;

  /** What all scores of one head would take in 16 bits; two heads work at a time. */
  private static final long SCORES = 2L * SIDE * SIDE * SIDE * SIDE;

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16", "float16"})
  void largeUNet(String dtype) throws IOException {
    try (UNet unet = UNet.load(GOLDEN.resolve("unet-sd"), Placement.of("cpu", dtype))) {
      float[] latents = Latents.noise(1, 1, 4, SIDE, SIDE);
      float[] text = Latents.noise(2, 1, 77, 16);
      requireLess(() -> unet.predict(latents, 1, SIDE, SIDE, 500, text, 77, null, Added.NONE));
    }
  }

  @Test
  void largeVae() throws IOException {
    try (AutoencoderKL vae =
        AutoencoderKL.load(GOLDEN.resolve("vae"), Placement.of("cpu", "float32"))) {
      float[] latents = Latents.noise(1, 1, 4, SIDE, SIDE);
      requireLess(() -> vae.decode(latents, 1, SIDE, SIDE));
    }
  }

  private static void requireLess(Runnable work) throws IOException {
    assumeTrue(Files.isWritable(FORGET), "this system does not tell the most memory used");
    Files.writeString(FORGET, "5");
    long before = most();
    work.run();
    long grown = most() - before;
    assertTrue(grown < SCORES, "it took " + (grown >> 20) + " MiB");
  }

  /** Returns the most bytes that were resident since that was forgotten. */
  private static long most() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmHWM");
  }
}
