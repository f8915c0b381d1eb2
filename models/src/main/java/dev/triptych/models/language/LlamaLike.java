package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Llama, Mistral, Qwen2, Qwen3, Gemma 2 and 3, Phi-3 and SmolLM3: decoder.py. */
final class LlamaLike implements Architecture {

  /** Queries, keys and values of all layers are copied into one matrix a layer up to this size. */
  private static final long JOINED = 128L << 20;

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
    Precision precision = weights.precision(placement, prefix + "embed_tokens.weight");
    weights.check(config.weights(prefix));
    Program program =
        Program.load(
            LlamaLike.class,
            precision.program("rotary.py", "decoder.py"),
            weights.files(),
            placement);
    try {
      load(program, config, prefix, precision);
      boolean views = placement.device().equals("cpu") && !precision.int8();
      int joinable = addLayers(program, config, prefix, weights, views ? precision.dtype() : -1);
      String head = config.tied() ? prefix + "embed_tokens" : "lm_head";
      long copied = Decoder.addHead(program, placement, prefix + "norm", head);
      for (RopeScaling rope : config.ropes()) {
        rope.load(program);
      }
      long joined = config.qkvBytes(precision.dtype() == Torch.FLOAT32 ? 4 : 2);
      boolean joins = joinable == config.layers() && joined <= JOINED;
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
    } catch (RuntimeException | IOException e) {
      program.close();
      throw e;
    }
  }

  private static void load(
      Program program, DecoderConfig config, String prefix, Precision precision) {
    boolean gemma = config.family().gemma();
    program
        .call(
            "load",
            prefix,
            config.heads(),
            config.groups(),
            config.dim(),
            config.eps(),
            precision.dtype(),
            precision.int8(),
            config.scale(),
            config.scoresCap(),
            config.logitsCap(),
            gemma ? Math.sqrt(config.hidden()) : 1.0,
            config.activation(),
            gemma)
        .close();
  }

  /**
   * Adds the layers.
   *
   * @param dtype type in which weights that adjoin are taken as one, -1 for none
   * @return how many layers have queries, keys and values apart, each as it lies in the file
   */
  private static int addLayers(
      Program program, DecoderConfig config, String prefix, DecoderWeights weights, int dtype)
      throws IOException {
    boolean whole = config.family() == DecoderFamily.PHI3; // as it lies in the file
    int[] apart = {0};
    Decoder.addLayers(
        config.layers(),
        layer -> {
          String name = prefix + "layers." + layer + ".";
          String q = name + "self_attn.q_proj.weight";
          String k = name + "self_attn.k_proj.weight";
          String v = name + "self_attn.v_proj.weight";
          String gate = name + "mlp.gate_proj.weight";
          String up = name + "mlp.up_proj.weight";
          boolean qkv = !whole && weights.adjoin(dtype, q, k, v);
          boolean gateUp = !whole && weights.adjoin(dtype, gate, up);
          if (!whole && !qkv && weights.stored(dtype, q)) {
            apart[0]++;
          }
          return program.call(
              "add_layer", name, config.windows()[layer], config.rotaries()[layer], qkv, gateUp);
        });
    return apart[0];
  }
}
