package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Llama, Mistral, Qwen2, Qwen3, Gemma 2 and 3, Phi-3 and SmolLM3: decoder.py. */
final class LlamaLike implements Architecture {

  /** Queries, keys and values of all layers are copied into one matrix a layer up to this size. */
  private static final long JOINED = 128L << 20;

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
    boolean whole = config.family() == DecoderFamily.PHI3; // as it lies in the file
    boolean views = placement.device().equals("cpu") && !whole;
    int[] none = new int[config.layers()];
    String part = prefix + "layers.%d.";
    int[] qkv =
        views
            ? weights.adjoining(
                config.layers(),
                dtype,
                part + "self_attn.q_proj.weight",
                part + "self_attn.k_proj.weight",
                part + "self_attn.v_proj.weight")
            : none;
    int[] gateUp =
        views
            ? weights.adjoining(
                config.layers(), dtype, part + "mlp.gate_proj.weight", part + "mlp.up_proj.weight")
            : none;
    long joined = config.qkvBytes(dtype == Torch.FLOAT32 ? 4 : 2);
    boolean joins = !whole && Arrays.stream(qkv).sum() == 0 && joined <= JOINED;
    Program program = Program.load(LlamaLike.class, PROGRAM, weights.files(), placement);
    try {
      load(program, config, prefix, dtype, qkv, gateUp);
      RopeScaling rope = config.ropes().get(0);
      return new Decoder(
          folder,
          program,
          new Decoder.Facts(
              config.family().modelType,
              config.vocab(),
              rope.context(),
              rope.reread(),
              copied + (joins ? joined : 0),
              joins));
    } catch (RuntimeException e) {
      program.close();
      throw e;
    }
  }

  private static void load(
      Program program, DecoderConfig config, String prefix, int dtype, int[] qkv, int[] gateUp) {
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
            qkv,
            gateUp)
        .close();
    for (RopeScaling rope : config.ropes()) {
      rope.load(program);
    }
  }
}
