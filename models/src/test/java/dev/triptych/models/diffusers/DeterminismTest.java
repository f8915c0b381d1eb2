package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.pytorch.jni.JniUtils;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The default model's shapes give the same bytes with one thread and with two: the UNet in every
 * type, the VAE in bfloat16 (not in float32, in its matrix products).
 */
class DeterminismTest {

  @Test
  void sameBytesAtAnyNumberOfThreads(@TempDir Path folder) throws IOException {
    UNetConfig shape = UNetConfig.of(4, List.of(96, 112, 112), List.of(false, true, true), 192);
    try (UNetTrainer trainer = UNetTrainer.begin(shape, projection(512), projection(384), 3)) {
      trainer.step(batch(), 1e-2); // else the last layers are zero
      trainer.export(folder, SchedulerConfig.velocity());
    }
    try (VaeTrainer trainer = VaeTrainer.begin(VaeConfig.of(4, 8, List.of(16, 32, 64, 96)), 3)) {
      trainer.export(folder.resolve("vae"), 0.5);
    }
    Placement placement = Placement.of("cpu", "bfloat16");
    int threads = Torch.threads();
    try {
      DiffusersFolder model = DiffusersFolder.open(folder);
      try (UNet unet = UNet.load(model.unet(), placement);
          AutoencoderKL vae = AutoencoderKL.load(model.vae(), placement)) {
        float[] latents = Latents.noise(1, 2, 4, 16, 16);
        float[] text = Latents.noise(2, 2, 21, 192);
        JniUtils.setNumThreads(1);
        float[] one = unet.predict(latents, 2, 16, 16, 400, text, 21, null, null);
        float[] pictureOfOne = vae.decode(latents, 2, 16, 16);
        JniUtils.setNumThreads(2);
        assertArrayEquals(one, unet.predict(latents, 2, 16, 16, 400, text, 21, null, null));
        assertArrayEquals(pictureOfOne, vae.decode(latents, 2, 16, 16));
        assertTrue(one[0] != 0 && one[0] != one[1], "the last layers have learned");
      }
    } finally {
      JniUtils.setNumThreads(threads);
    }
    for (String dtype : List.of("float32", "float16")) {
      unetGivesSameBytes(folder.resolve("unet"), dtype);
    }
    assertEquals(6.2e6, shape.parameters(), 0.1e6);
  }

  private static void unetGivesSameBytes(Path folder, String dtype) throws IOException {
    int threads = Torch.threads();
    float[] latents = Latents.noise(1, 2, 4, 13, 16);
    float[] text = Latents.noise(2, 2, 21, 192);
    try (UNet unet = UNet.load(folder, Placement.of("cpu", dtype))) {
      JniUtils.setNumThreads(1);
      float[] one = unet.predict(latents, 2, 13, 16, 400, text, 21, null, null);
      JniUtils.setNumThreads(2);
      assertArrayEquals(one, unet.predict(latents, 2, 13, 16, 400, text, 21, null, null), dtype);
    } finally {
      JniUtils.setNumThreads(threads);
    }
  }

  private static UNetTrainer.Batch batch() {
    SplittableRandom random = new SplittableRandom(1);
    float[] latents = numbers(random, 2 * 1024);
    float[] zh = numbers(random, 512);
    float[] en = numbers(random, 384);
    float[] weights = new float[2 * 256];
    Arrays.fill(weights, 1);
    float[] half = {0.5f, 0.5f};
    return new UNetTrainer.Batch(
        2,
        16,
        latents,
        weights,
        numbers(random, 2 * 1024),
        new float[] {500, 500},
        half,
        1,
        zh,
        en,
        new float[] {1, 1});
  }

  private static float[] projection(int states) {
    return numbers(new SplittableRandom(states), 192 * states);
  }

  private static float[] numbers(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return numbers;
  }

  @Test
  void refusesDamagedFoldersInOneSentence(@TempDir Path folder) throws IOException {
    Path golden = Path.of("src/test/golden/diffusers/unet-conv-projection");
    Path file = folder.resolve("diffusion_pytorch_model.safetensors");
    byte[] bytes = Files.readAllBytes(golden.resolve(file.getFileName()));
    String config = Files.readString(golden.resolve("config.json"));
    List<String> configs =
        List.of(
            "",
            "[]",
            config.replace("\"cross_attention_dim\": 12", "\"cross_attention_dim\": 13"),
            config.replace("\"class_embed_type\": null", "\"class_embed_type\": \"timestep\""),
            config.replace("\"norm_num_groups\": 4", "\"norm_num_groups\": 3"),
            config.replace("\"norm_num_groups\": 4", "\"norm_num_groups\": -4"),
            config.replace("CrossAttnDownBlock2D", "AttnDownBlock2D"),
            config.replace("UNet2DConditionModel", "FluxTransformer2DModel"),
            config.replace("\"layers_per_block\": 1", "\"layers_per_block\": 1e9"));
    Files.write(file, bytes);
    for (String text : configs) {
      Files.writeString(folder.resolve("config.json"), text);
      refused(folder);
    }
    Files.writeString(folder.resolve("config.json"), config);
    UNet.load(folder, Placement.of("cpu", "float32")).close();
    Files.delete(file);
    refused(folder);
    for (int length : new int[] {0, 7, 100, bytes.length - 1}) {
      Path cut = Files.createDirectories(folder.resolve("cut" + length));
      Files.writeString(cut.resolve("config.json"), config);
      Files.write(cut.resolve(file.getFileName()), Arrays.copyOf(bytes, length));
      refused(cut);
    }
    assertThrows(IOException.class, () -> DiffusersFolder.open(folder));
  }

  private static void refused(Path folder) {
    IOException refusal =
        assertThrows(IOException.class, () -> UNet.load(folder, Placement.of("cpu", "float32")));
    assertEquals(1, refusal.getMessage().lines().count());
  }
}
