package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small random models give what Python diffusers gave (src/test/golden/diffusers/make.py). */
class GoldenTest {
  private static final Path GOLDEN = Path.of("src/test/golden/diffusers");

  /** Largest difference from diffusers allowed in fp32; seen: UNet 1.4e-6, VAE 3.1e-6. */
  private static final double FLOAT32 = 1e-5;

  /** The same in bf16, whose numbers have 8 significant bits; the largest seen was 0.08. */
  private static final double BFLOAT16 = 0.15;

  @ParameterizedTest
  @ValueSource(strings = {"unet-conv-projection", "unet-linear-projection", "unet-odd-size"})
  void unetPredictsAsDiffusers(String name) throws IOException {
    Safetensors answers = Safetensors.open(GOLDEN.resolve(name).resolve("answers.safetensors"));
    long[] shape = answers.entries().get("latents").shape();
    int tokens = (int) answers.entries().get("text").shape()[1];
    float[] timesteps = answers.floats("timesteps");
    for (String dtype : new String[] {"float32", "bfloat16"}) {
      try (UNet unet = UNet.load(GOLDEN.resolve(name), Placement.of("cpu", dtype))) {
        // The answer of a picture does not depend on its neighbours in the batch, so a batch with
        // a timestep for each picture is asked once for each timestep.
        float[] expected = answers.floats("out");
        int batch = (int) shape[0];
        for (int b = 0; b < batch; b++) {
          float[] out =
              unet.predict(
                  answers.floats("latents"),
                  batch,
                  (int) shape[2],
                  (int) shape[3],
                  timesteps[b],
                  answers.floats("text"),
                  tokens,
                  answers.floats("mask"),
                  null);
          assertEquals(expected.length, out.length);
          int each = out.length / batch;
          close(expected, out, b * each, (b + 1) * each, dtype);
        }
        assertTrue(unet.mappedBytes() + unet.privateBytes() > 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vae-quant", "vae-four-blocks", "vae-without-quant"})
  void vaeEncodesAndDecodesAsDiffusers(String name) throws IOException {
    Safetensors answers = Safetensors.open(GOLDEN.resolve(name).resolve("answers.safetensors"));
    long[] image = answers.entries().get("image").shape();
    long[] latents = answers.entries().get("latents").shape();
    for (String dtype : new String[] {"float32", "bfloat16"}) {
      try (AutoencoderKL vae =
          AutoencoderKL.load(GOLDEN.resolve(name), Placement.of("cpu", dtype))) {
        int batch = (int) image[0];
        LatentDistribution latent =
            vae.encode(
                answers.floats("image"), batch, (int) image[2], (int) image[3], Cut.NONE, () -> {});
        float[] moments = answers.floats("moments");
        int half = moments.length / batch / 2;
        for (int b = 0; b < batch; b++) {
          float[] own = Arrays.copyOfRange(moments, 2 * b * half, 2 * (b + 1) * half);
          float[] found = new float[2 * half];
          System.arraycopy(latent.mean(), b * half, found, 0, half);
          System.arraycopy(latent.logVariance(), b * half, found, half, half);
          close(own, found, 0, 2 * half, dtype);
        }

        float[] scaled = answers.floats("latents");
        for (int i = 0; i < scaled.length; i++) {
          scaled[i] = (float) ((scaled[i] - vae.config().shift()) * vae.config().scale());
        }
        float[] out = vae.decode(scaled, batch, (int) latents[2], (int) latents[3]);
        float[] expected = answers.floats("out");
        close(expected, out, 0, expected.length, dtype);

        float[] mean = vae.encode(answers.floats("image"), batch, (int) image[2], (int) image[3]);
        double last = latent.mean()[mean.length - 1] - vae.config().shift();
        assertEquals(last * vae.config().scale(), mean[mean.length - 1], 1e-6);
      }
    }
  }

  private static void close(float[] expected, float[] actual, int from, int to, String dtype) {
    double most = 0;
    for (int i = from; i < to; i++) {
      most = Math.max(most, Math.abs(expected[i] - actual[i]));
    }
    double allowed = dtype.equals("float32") ? FLOAT32 : BFLOAT16;
    assertTrue(most <= allowed, dtype + " differs by " + most);
  }

  @Test
  void noiseIsThatOfTorch() throws IOException {
    int cases = 0;
    for (JsonNode golden : new ObjectMapper().readTree(GOLDEN.resolve("noise.json").toFile())) {
      int[] shape = new ObjectMapper().convertValue(golden.get("shape"), int[].class);
      float[] noise = Latents.noise(golden.get("seed").longValue(), shape);
      for (int i = 0; i < golden.get("first").size() && i < noise.length; i++) {
        assertEquals(golden.get("first").get(i).floatValue(), noise[i], 1e-6f);
      }
      int size = golden.get("last").size();
      for (int i = 0; i < size; i++) {
        float last = golden.get("last").get(i).floatValue();
        assertEquals(last, noise[noise.length - size + i], 1e-6f);
      }
      cases++;
    }
    assertEquals(3, cases);
  }

  @Test
  void nothingStaysOpen() throws IOException {
    int programs = Torch.openPrograms();
    int tensors = Torch.openTensors();
    unetPredictsAsDiffusers("unet-conv-projection");
    vaeEncodesAndDecodesAsDiffusers("vae-quant");
    noiseIsThatOfTorch();
    assertEquals(programs, Torch.openPrograms());
    assertEquals(tensors, Torch.openTensors());
  }
}
