package dev.triptych.training.picture;

import dev.triptych.models.diffusers.VaeConfig;
import dev.triptych.models.diffusers.VaeTrainer;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * First weights of the VAE: beside random ones, a path on which three channels carry the colors.
 *
 * <p>The first three latents begin as the mean color of each square of eight pixels, and the
 * decoder as a smooth enlargement of them; what is finer is learned. From random weights alone,
 * twenty minutes on two cores leave gray shapes. Constants in the first group of each last norm
 * keep the norm from taking an image's brightness away.
 */
final class VaeStart {
  private static final float CONSTANT = 4;
  private static final float SHIFT = 3; // where SiLU is nearly a line of slope SLOPE through LEVEL
  private static final float SLOPE = 1.088f;
  private static final float LEVEL = 2.858f;

  private VaeStart() {}

  /** Writes a checkpoint at step 0, from which the training goes on. */
  static void write(Path checkpoint, VaeConfig config, long seed) throws IOException {
    try (VaeTrainer random = VaeTrainer.begin(config, seed)) {
      random.save(checkpoint);
    }
    Path file = checkpoint.resolve("checkpoint.safetensors");
    Safetensors from = Safetensors.open(file);
    SafetensorsWriter to = new SafetensorsWriter();
    for (Safetensors.Entry entry : from.entries().values()) {
      float[] numbers = from.floats(entry.name());
      String name = entry.name().replaceFirst("^average:", "");
      if (!name.contains(":")) {
        arrange(name, entry.shape(), numbers, config.channels().size() - 1);
      }
      to.add(entry.name(), Dtype.F32, numbers, entry.shape());
    }
    Path part = checkpoint.resolve("checkpoint.part");
    to.write(part);
    Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static void arrange(String name, long[] shape, float[] w, int last) {
    boolean bias = name.endsWith(".bias");
    if (name.matches("encoder\\.conv_in\\.\\w+|decoder\\.conv_in\\.\\w+|.*conv_shortcut\\.\\w+")) {
      pass(shape, w, bias, new float[] {1});
    } else if (name.contains("downsamplers")) { // the mean of two by two
      pass(shape, w, bias, new float[] {.25f, .25f, 0, .25f, .25f, 0, 0, 0, 0});
    } else if (name.contains("upsamplers")) { // smooth
      float e = 1 / 16f;
      pass(shape, w, bias, new float[] {e, 2 * e, e, 2 * e, 4 * e, 2 * e, e, 2 * e, e});
    } else if (name.matches("(post_)?quant_conv\\.\\w+")) {
      Arrays.fill(w, 0);
      for (int i = 0; !bias && i < shape[0]; i++) {
        w[i * (int) shape[1] + i] = 1;
      }
    } else if (name.matches("(en|de)coder\\.conv_norm_out\\.\\w+")) {
      int group = w.length / 2;
      double spread = CONSTANT * Math.sqrt((group < 16 ? 4 : 8) / (double) group);
      for (int i = 0; i < 3; i++) {
        w[i] = bias ? SHIFT : (float) spread;
      }
    } else if (name.matches("(en|de)coder\\.conv_out\\.\\w+")) {
      out(name.startsWith("encoder"), shape, w, bias);
    }
    if (name.matches("\\w+\\.(down|up)_blocks\\." + last + "\\..*shortcut.*")) {
      constants(shape, w, bias);
    }
  }

  /** Lets channels 0 to 2 through, by a kernel or its middle alone; the others stay random. */
  private static void pass(long[] shape, float[] w, boolean bias, float[] kernel) {
    if (bias) {
      Arrays.fill(w, 0, 3, 0);
      return;
    }
    int area = (int) (shape[2] * shape[3]);
    int row = (int) shape[1] * area;
    for (int c = 0; c < 3; c++) {
      Arrays.fill(w, c * row, (c + 1) * row, 0);
      for (int k = 0; k < kernel.length; k++) {
        w[c * row + c * area + (kernel.length == 1 ? area / 2 : k)] = kernel[k];
      }
    }
  }

  /** Makes the channels after the colors in the first group constants, half of them negative. */
  private static void constants(long[] shape, float[] w, boolean bias) {
    int out = (int) shape[0];
    int many = out / 2 < 16 ? 4 : 8;
    for (int i = 3; i < 3 + many; i++) {
      if (bias) {
        w[i] = i % 2 == 0 ? CONSTANT : -CONSTANT;
      } else {
        Arrays.fill(w, i * (int) shape[1], (i + 1) * (int) shape[1], 0);
      }
    }
  }

  /** Undoes the line that SiLU is there; the variance of the latents begins small. */
  private static void out(boolean encoder, long[] shape, float[] w, boolean bias) {
    int area = 9;
    int row = bias ? 1 : (int) shape[1] * area;
    int half = encoder ? (int) shape[0] / 2 : (int) shape[0];
    for (int c = 0; c < shape[0]; c++) {
      boolean color = c < 3;
      boolean variance = c >= half;
      if (color || variance) {
        Arrays.fill(w, c * row, (c + 1) * row, 0);
      }
      if (bias) {
        w[c] = color ? -LEVEL / SLOPE : variance ? -5 : w[c];
      } else if (color) {
        w[c * row + c * area + area / 2] = 1 / SLOPE;
      }
    }
  }
}
