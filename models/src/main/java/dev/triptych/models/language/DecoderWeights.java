package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The safetensors files of a folder, checked against the weights that its config asks for. */
final class DecoderWeights {

  private static final Set<Dtype> COMPUTED = EnumSet.of(Dtype.F32, Dtype.F16, Dtype.BF16);

  private final Path folder;
  private final List<Safetensors> files;
  private final Map<String, Safetensors.Entry> entries = new HashMap<>();
  private final Map<String, Path> places = new HashMap<>();

  private DecoderWeights(Path folder, List<Safetensors> files) {
    this.folder = folder;
    this.files = files;
    for (Safetensors file : files) {
      entries.putAll(file.entries());
      file.entries().keySet().forEach(name -> places.put(name, file.file()));
    }
  }

  /**
   * Opens {@code model.safetensors} or its shards.
   *
   * @throws IOException if there are none, saying so when the folder holds pickles instead
   */
  static DecoderWeights open(Path folder) throws IOException {
    boolean there =
        Files.exists(folder.resolve("model.safetensors"))
            || Files.exists(folder.resolve("model.safetensors.index.json"));
    if (!there && Files.isDirectory(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        List<String> pickles =
            inside
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches(".*\\.(bin|pt|pth|ckpt|pkl)"))
                .sorted()
                .toList();
        if (!pickles.isEmpty()) {
          throw new IOException(
              folder
                  + " holds its weights as "
                  + pickles.get(0)
                  + ", a pickle, which can run code and is never opened here; get or save the"
                  + " model as safetensors");
        }
      }
    }
    return new DecoderWeights(folder, Safetensors.folder(folder, "model"));
  }

  List<Safetensors> files() {
    return files;
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Returns whether one weight begins where the other ends, both in the type to compute in. */
  boolean adjoin(String first, String second, int dtype) {
    Safetensors.Entry a = entries.get(first);
    Safetensors.Entry b = entries.get(second);
    return places.get(first).equals(places.get(second))
        && a.offset() + a.bytes() == b.offset()
        && a.offset() % a.dtype().bytes() == 0
        && a.dtype().scalarType() == dtype
        && b.dtype().scalarType() == dtype;
  }

  /**
   * Returns the type to compute in: the one that the placement names, and for {@code auto} that of
   * the file, but float32 where the processor has no instructions for bfloat16's.
   */
  int dtype(Placement placement, String weight) {
    int named = Torch.scalarType(placement);
    if (!placement.dtype().equals("auto")) {
      return named;
    }
    Safetensors.Entry entry = entries.get(weight);
    int own = entry == null ? Torch.BFLOAT16 : entry.dtype().scalarType();
    return own == Torch.BFLOAT16 ? named : own;
  }

  /**
   * Compares the files with what the config asks for.
   *
   * @return the bytes of weights that are copied, because they are computed in another type or on
   *     another device
   * @throws IOException if a weight is missing, or has another shape or no type to compute in
   */
  long check(Map<String, long[]> weights, Placement placement, int dtype) throws IOException {
    long copied = 0;
    for (Map.Entry<String, long[]> weight : weights.entrySet()) {
      Safetensors.Entry entry = entries.get(weight.getKey());
      if (entry == null) {
        throw new IOException(
            folder + " lacks the weight " + weight.getKey() + "; get the folder again");
      }
      if (!Arrays.equals(entry.shape(), weight.getValue())) {
        throw new IOException(
            "%s: weight %s has the shape %s, but config.json says %s; get the folder again"
                .formatted(
                    folder,
                    weight.getKey(),
                    Arrays.toString(entry.shape()),
                    Arrays.toString(weight.getValue())));
      }
      if (!COMPUTED.contains(entry.dtype())) {
        throw new IOException(
            "%s: weight %s is %s, but only F32, F16 and BF16 are computed here; get the model in"
                    .formatted(folder, weight.getKey(), entry.dtype())
                + " one of them");
      }
      if (entry.dtype().scalarType() != dtype || !placement.device().equals("cpu")) {
        copied += entry.bytes() / entry.dtype().bytes() * (dtype == Torch.FLOAT32 ? 4 : 2);
      }
    }
    return copied;
  }

  /** Returns the first of the prefixes under which the files hold a weight. */
  String prefix(String weight, String... prefixes) {
    for (String prefix : prefixes) {
      if (entries.containsKey(prefix + weight)) {
        return prefix;
      }
    }
    return prefixes[0];
  }

  /** Returns 1 for each layer whose weights adjoin, given as patterns with {@code %d}. */
  int[] adjoining(int layers, int dtype, String... patterns) {
    int[] flags = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      flags[layer] = 1;
      for (int i = 1; i < patterns.length; i++) {
        if (!adjoin(patterns[i - 1].formatted(layer), patterns[i].formatted(layer), dtype)) {
          flags[layer] = 0;
        }
      }
    }
    return flags;
  }
}
