package dev.triptych.models.diffusers;

import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** The weights that a configuration asks for: their names, shapes and first values. */
final class Weights {

  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Set<String> ignored = new HashSet<>();

  Map<String, long[]> shapes() {
    return shapes;
  }

  void conv(String name, long in, long out, long kernel) {
    conv(name, in, out, kernel, true);
  }

  void conv(String name, long in, long out, long kernel, boolean bias) {
    shapes.put(name + ".weight", new long[] {out, in, kernel, kernel});
    if (bias) {
      shapes.put(name + ".bias", new long[] {out});
    }
  }

  void linear(String name, long in, long out, boolean bias) {
    shapes.put(name + ".weight", new long[] {out, in});
    if (bias) {
      shapes.put(name + ".bias", new long[] {out});
    }
  }

  /** The vectors of tokens or positions. */
  void table(String name, long rows, long width) {
    shapes.put(name + ".weight", new long[] {rows, width});
  }

  /** A tensor that a file may hold, which no program reads. */
  void ignored(String name) {
    ignored.add(name);
  }

  void norm(String name, long channels) {
    shapes.put(name + ".weight", new long[] {channels});
    shapes.put(name + ".bias", new long[] {channels});
  }

  /** ResnetBlock2D; {@code time} is the width of the timestep's embedding, 0 for none. */
  void resnet(String name, long in, long out, long time) {
    norm(name + ".norm1", in);
    conv(name + ".conv1", in, out, 3);
    if (time > 0) {
      linear(name + ".time_emb_proj", time, out, true);
    }
    norm(name + ".norm2", out);
    conv(name + ".conv2", out, out, 3);
    if (in != out) {
      conv(name + ".conv_shortcut", in, out, 1);
    }
  }

  long count() {
    return shapes.values().stream().mapToLong(Weights::product).sum();
  }

  /**
   * Compares a model's files with the configuration.
   *
   * @param today today's name of a weight that an old file may call otherwise
   */
  void check(List<Safetensors> files, UnaryOperator<String> today) throws IOException {
    Map<String, Safetensors> found = new LinkedHashMap<>();
    for (Safetensors file : files) {
      for (Safetensors.Entry entry : file.entries().values()) {
        String name = today.apply(entry.name());
        long[] shape = shapes.get(name);
        if (shape == null && ignored.contains(name)) {
          continue;
        }
        if (shape == null) {
          throw new IOException(
              file.file() + " holds " + entry.name() + ", which config.json does not ask for");
        }
        boolean same = sameMatrix(shape, entry.shape());
        if (!same || !entry.dtype().name().matches("F32|F16|BF16|F64")) {
          throw new IOException(
              String.format(
                  "%s: %s is %s%s, but config.json asks for %s",
                  file.file(),
                  entry.name(),
                  entry.dtype(),
                  Arrays.toString(entry.shape()),
                  Arrays.toString(shape)));
        }
        found.put(name, file);
      }
    }
    for (String name : shapes.keySet()) {
      if (!found.containsKey(name)) {
        throw new IOException(
            files.get(0).file() + " lacks " + name + ", which config.json asks for");
      }
    }
  }

  /** A linear layer may stand in a file as a 1 x 1 convolution. */
  private static boolean sameMatrix(long[] wanted, long[] found) {
    return Arrays.equals(wanted, found)
        || wanted.length == 2
            && found.length == 4
            && found[2] == 1
            && found[3] == 1
            && Arrays.equals(wanted, Arrays.copyOf(found, 2));
  }

  /**
   * Returns first values for training: PyTorch's for convolutions and linear layers, and zero for
   * the last layer of each residual branch, so that every block begins as the identity.
   */
  Map<String, float[]> initial(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> values = new LinkedHashMap<>();
    double bound = 0;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      String name = entry.getKey();
      long[] shape = entry.getValue();
      float[] numbers = new float[Math.toIntExact(product(shape))];
      boolean norm = name.matches(".*norm\\w*\\.(weight|bias)");
      boolean last = name.matches(".*(\\.conv2|\\.proj_out|^conv_out)\\.(weight|bias)");
      if (shape.length > 1) {
        bound = Math.sqrt((double) shape[0] / product(shape)); // 1 / sqrt(numbers that come in)
      }
      if (norm) {
        Arrays.fill(numbers, name.endsWith("weight") ? 1 : 0);
      } else if (!last) {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
      }
      values.put(name, numbers);
    }
    return values;
  }

  private static long product(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
