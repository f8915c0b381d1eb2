package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** T5 of any size and version, flan-t5 and mT5: t5.py. */
final class T5Architecture implements Architecture {

  @Override
  public Set<String> modelTypes() {
    return Set.of("t5", "mt5");
  }

  @Override
  public LanguageModel load(Path folder, Placement placement) throws IOException {
    T5Config config = T5Config.read(ConfigFile.read(folder));
    DecoderWeights weights = DecoderWeights.open(folder);
    String embedding =
        weights.prefix("weight", "shared.", "encoder.embed_tokens.", "decoder.embed_tokens.")
            + "weight";
    int dtype = weights.dtype(placement, embedding);
    Map<String, long[]> all = config.weights(embedding);
    Map<String, long[]> outputs = new LinkedHashMap<>(all);
    outputs.keySet().removeIf(name -> !name.endsWith(".wo.weight"));
    all.keySet().removeAll(outputs.keySet());
    int outputType = dtype == Torch.FLOAT16 ? Torch.FLOAT32 : dtype; // its numbers overflow
    weights.check(all);
    weights.check(outputs);
    long copied =
        weights.copied(all.keySet(), placement, dtype)
            + weights.copied(outputs.keySet(), placement, outputType);
    Program program =
        Program.load(T5Architecture.class, List.of("t5.py"), weights.files(), placement);
    try {
      program
          .call(
              "load",
              embedding,
              config.layers(),
              config.decoderLayers(),
              config.heads(),
              config.headDim(),
              config.farthest(),
              config.gated(),
              config.activation(),
              config.tied(),
              config.eps(),
              dtype,
              outputType)
          .close();
      return new T5(folder, config, program, copied);
    } catch (RuntimeException e) {
      program.close();
      throw e;
    }
  }
}
