package dev.triptych.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.diffusers.DiffusersFolder;
import dev.triptych.models.diffusers.Latents;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How fast a denoising step is (batch 2, as guidance needs), as a ratio to the same model in eager
 * NDArray calls: {@code UNetSpeed FOLDER}, a diffusers folder of the default model's shape.
 */
public final class UNetSpeed {
  private static final int ROUNDS = 30;
  private static final int TOKENS = 20;

  private UNetSpeed() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println(
          "usage: UNetSpeed MODEL, a diffusers folder such as the default picture model's");
      System.exit(2);
    }
    Path folder = DiffusersFolder.open(Path.of(args[0])).unet();
    Torch.start();
    float[] latents;
    float[] text;
    float[] fp32;
    double programs32;
    double programs16;
    int width;
    int groups;
    int channels;
    try (UNet unet = UNet.load(folder, Placement.of("cpu", "float32"))) {
      width = unet.config().textWidth();
      groups = unet.config().groups();
      channels = unet.config().channels().get(0);
      latents = Latents.noise(1, 2, 4, 16, 16);
      text = Latents.noise(2, 2, TOKENS, width);
      fp32 = unet.predict(latents, 2, 16, 16, 500, text, TOKENS, null, null);
      programs32 = best(() -> unet.predict(latents, 2, 16, 16, 500, text, TOKENS, null, null));
    }
    try (UNet unet = UNet.load(folder, Placement.of("cpu", "bfloat16"))) {
      programs16 = best(() -> unet.predict(latents, 2, 16, 16, 500, text, TOKENS, null, null));
    }
    Safetensors file = Safetensors.folder(folder, "diffusion_pytorch_model").get(0);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      EagerUNet eager = new EagerUNet(manager, file, 3, groups, 4);
      float[] out = eager(manager, eager, latents, text, width, channels);
      double most = 0;
      for (int i = 0; i < out.length; i++) {
        most = Math.max(most, Math.abs(out[i] - fp32[i]));
      }
      double eagerly = best(() -> eager(manager, eager, latents, text, width, channels));
      System.out.printf(
          Locale.ROOT,
          "threads %d: eager fp32 %.1f ms, program fp32 %.1f ms (%.2fx), bf16 %.1f ms (%.2fx);"
              + " eager and program differ by %.1e%n",
          Torch.threads(),
          eagerly,
          programs32,
          eagerly / programs32,
          programs16,
          eagerly / programs16,
          most);
    }
  }

  private static float[] eager(
      NDManager manager, EagerUNet eager, float[] latents, float[] text, int width, int channels) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = scope.create(latents, new Shape(2, 4, 16, 16));
      NDArray sines = scope.create(sines(500, channels), new Shape(2, channels));
      NDArray context = scope.create(text, new Shape(2, TOKENS, width));
      return eager.forward(x, sines, context).toFloatArray();
    }
  }

  private static float[] sines(float timestep, int channels) {
    float[] sines = new float[2 * channels];
    int half = channels / 2;
    for (int i = 0; i < half; i++) {
      double angle = timestep * Math.exp(-Math.log(10000) * i / half);
      for (int b = 0; b < 2; b++) {
        sines[b * channels + i] = (float) Math.cos(angle);
        sines[b * channels + half + i] = (float) Math.sin(angle);
      }
    }
    return sines;
  }

  private static double best(Runnable work) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - start) / 1e6);
    }
    return best;
  }
}
