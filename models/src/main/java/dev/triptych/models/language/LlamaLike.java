package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Llama, Mistral, Qwen2, Qwen3, Gemma 2 and 3, Phi-3 and SmolLM3: decoder.py. */
final class LlamaLike implements Architecture {

  private static final List<String> PROGRAM = List.of("attention.py", "rotary.py", "decoder.py");

  @Override
  public Set<String> modelTypes() {
    return Arrays.stream(DecoderFamily.values())
        .map(family -> family.modelType)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public LanguageModel load(Path folder, Placement placement) throws IOException {
    DecoderConfig config = DecoderConfig.read(ConfigFile.read(folder));
    DecoderWeights weights = DecoderWeights.open(folder);
    String prefix = weights.prefix("embed_tokens.weight", "model.", "");
    int dtype = weights.dtype(placement, prefix + "embed_tokens.weight");
    long copied = weights.check(config.weights(prefix), placement, dtype);
    Program program = Program.load(LlamaLike.class, PROGRAM, weights.files(), placement);
    try {
      load(program, config, prefix, dtype, adjoining(config, weights, prefix, placement, dtype));
      RopeScaling rope = config.ropes().get(0);
      return new Decoder(
          folder,
          program,
          new Decoder.Facts(
              config.family().modelType, config.vocab(), rope.context(), rope.reread(), copied));
    } catch (RuntimeException e) {
      program.close();
      throw e;
    }
  }

  private static void load(
      Program program, DecoderConfig config, String prefix, int dtype, int[] adjoining) {
    boolean gemma = config.family().gemma();
    program
        .call(
            "load",
            prefix,
            config.heads(),
            config.groups(),
            config.dim(),
            config.eps(),
            dtype,
            config.scale(),
            config.scoresCap(),
            config.logitsCap(),
            gemma ? Math.sqrt(config.hidden()) : 1.0,
            config.activation(),
            gemma,
            config.tied(),
            config.windows(),
            config.rotaries(),
            adjoining)
        .close();
    for (RopeScaling rope : config.ropes()) {
      rope.load(program);
    }
  }

  /** Where gate and up lie one after the other, as save_pretrained writes them. */
  private static int[] adjoining(
      DecoderConfig config, DecoderWeights weights, String prefix, Placement placement, int dtype) {
    if (config.family() == DecoderFamily.PHI3 || !placement.device().equals("cpu")) {
      return new int[config.layers()];
    }
    String mlp = prefix + "layers.%d.mlp.";
    return weights.adjoining(
        config.layers(), mlp + "gate_proj.weight", mlp + "up_proj.weight", dtype);
  }
}
