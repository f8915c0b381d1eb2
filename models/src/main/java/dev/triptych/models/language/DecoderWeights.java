package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
   * @throws IOException if there are none or they are damaged, saying which
   */
  static DecoderWeights open(Path folder) throws IOException {
    return new DecoderWeights(folder, Safetensors.folder(folder, "model"));
  }

  List<Safetensors> files() {
    return files;
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Returns whether each weight begins where the one before ends, all in the type given. */
  boolean adjoin(int dtype, String... names) {
    for (int i = 0; i < names.length; i++) {
      Safetensors.Entry entry = entries.get(names[i]);
      if (entry.dtype().scalarType() != dtype || entry.offset() % entry.dtype().bytes() != 0) {
        return false;
      }
      if (i > 0) {
        Safetensors.Entry before = entries.get(names[i - 1]);
        if (!places.get(names[i]).equals(places.get(names[i - 1]))
            || before.offset() + before.bytes() != entry.offset()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns whether a weight lies in the file in the type given. */
  boolean stored(int dtype, String name) {
    return entries.get(name).dtype().scalarType() == dtype;
  }

  /** Returns what a decoder computes in: int8 stands for matrices alone, beside bfloat16. */
  Precision precision(Placement placement, String weight) {
    boolean int8 = placement.dtype().equals("int8");
    return Precision.of(placement, int8 ? Torch.BFLOAT16 : dtype(placement, weight));
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
   * @throws IOException if a weight is missing, or has another shape or no type to compute in
   */
  void check(Map<String, long[]> weights) throws IOException {
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
    }
  }

  /** Returns the bytes of those weights that are copied into a type or on a device. */
  long copied(Set<String> weights, Placement placement, int dtype) {
    long copied = 0;
    for (String name : weights) {
      Safetensors.Entry entry = entries.get(name);
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
}
