package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The weights of one part of a pipeline: one file or shards of it, plain or of a variant. */
final class WeightFiles {

  private WeightFiles() {}

  /**
   * Opens the weights that suit the placement: the variant fp16 for float16, the variant bf16 for
   * bfloat16; else the plain files; else the only variant that is there.
   *
   * @param stem the name without variant, shard and ending, such as diffusion_pytorch_model
   * @throws IOException if there are none, or they are damaged
   */
  static List<Safetensors> open(Path folder, String stem, Placement placement) throws IOException {
    TreeSet<String> variants = variants(folder, stem);
    List<String> wanted = new ArrayList<>();
    if (placement.dtype().equals("float16")) {
      wanted.add("fp16");
    } else if (placement.dtype().equals("bfloat16")) {
      wanted.add("bf16");
    }
    wanted.add("");
    wanted.addAll(variants);
    for (String variant : wanted) {
      if (variants.contains(variant)) {
        return open(folder, stem, variant);
      }
    }
    return Safetensors.folder(folder, stem);
  }

  /** The variants of which there is an index or a whole file; the plain one is "". */
  private static TreeSet<String> variants(Path folder, String stem) throws IOException {
    String name = Pattern.quote(stem);
    Pattern file =
        Pattern.compile(
            name
                + "(?:\\.(\\w+))?\\.safetensors|"
                + name
                + "\\.safetensors\\.index(?:\\.(\\w+))?\\.json");
    TreeSet<String> variants = new TreeSet<>();
    if (!Files.isDirectory(folder)) {
      return variants;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        Matcher matcher = file.matcher(entry.getFileName().toString());
        if (matcher.matches()) {
          String variant = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
          variants.add(variant == null ? "" : variant);
        }
      }
    }
    return variants;
  }

  private static List<Safetensors> open(Path folder, String stem, String variant)
      throws IOException {
    Path index = folder.resolve(stem + ".safetensors.index." + variant + ".json");
    if (variant.isEmpty()) {
      return Safetensors.folder(folder, stem);
    }
    Path single = folder.resolve(stem + "." + variant + ".safetensors");
    return Files.exists(single) ? List.of(Safetensors.open(single)) : Safetensors.shards(index);
  }
}
