package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** GPT-2: gpt2.py. */
final class Gpt2 implements Architecture {

  private static final int LARGEST = 1 << 24;

  /** What config.json says, with the defaults of transformers 4.53 (configuration_gpt2.py). */
  private record Config(
      int vocab, int hidden, int inner, int layers, int heads, int positions, boolean tied) {

    static Config read(ConfigFile c) throws IOException {
      int hidden = c.whole("n_embd", 768, LARGEST);
      int heads = c.whole("n_head", 12, LARGEST);
      c.require(hidden % heads == 0, "n_embd", "is no multiple of n_head");
      return new Config(
          c.whole("vocab_size", 50257, LARGEST),
          hidden,
          c.whole("n_inner", 4 * hidden, LARGEST),
          c.whole("n_layer", 12, 4096),
          heads,
          c.whole("n_positions", 1024, LARGEST),
          c.flag("tie_word_embeddings", true));
    }

    Map<String, long[]> weights(String prefix) {
      Map<String, long[]> weights = new LinkedHashMap<>();
      weights.put(prefix + "wte.weight", new long[] {vocab, hidden});
      weights.put(prefix + "wpe.weight", new long[] {positions, hidden});
      for (int i = 0; i < layers; i++) {
        String layer = prefix + "h." + i + ".";
        norm(weights, layer + "ln_1");
        turned(weights, layer + "attn.c_attn", hidden, 3L * hidden);
        turned(weights, layer + "attn.c_proj", hidden, hidden);
        norm(weights, layer + "ln_2");
        turned(weights, layer + "mlp.c_fc", hidden, inner);
        turned(weights, layer + "mlp.c_proj", inner, hidden);
      }
      norm(weights, prefix + "ln_f");
      if (!tied) {
        weights.put("lm_head.weight", new long[] {vocab, hidden});
      }
      return weights;
    }

    private void norm(Map<String, long[]> weights, String name) {
      weights.put(name + ".weight", new long[] {hidden});
      weights.put(name + ".bias", new long[] {hidden});
    }

    private static void turned(Map<String, long[]> weights, String name, long in, long out) {
      weights.put(name + ".weight", new long[] {in, out});
      weights.put(name + ".bias", new long[] {out});
    }
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  @Override
  public LanguageModel load(Path folder, Placement placement) throws IOException {
    ConfigFile file = ConfigFile.read(folder);
    Config config = Config.read(file);
    String activation = DecoderConfig.activation(file, "activation_function", "gelu_new");
    double eps = file.positive("layer_norm_epsilon", 1e-5);
    boolean scaled = file.flag("scale_attn_weights", true);
    boolean scaledByLayer = file.flag("scale_attn_by_inverse_layer_idx", false);
    DecoderWeights weights = DecoderWeights.open(folder);
    String prefix = weights.prefix("wte.weight", "transformer.", "");
    Precision precision = weights.precision(placement, prefix + "wte.weight");
    weights.check(config.weights(prefix));
    Program program =
        Program.load(Gpt2.class, precision.program("gpt2.py"), weights.files(), placement);
    try {
      program
          .call(
              "load",
              prefix,
              config.heads(),
              activation,
              eps,
              precision.dtype(),
              precision.int8(),
              scaled,
              scaledByLayer)
          .close();
      Decoder.addLayers(
          config.layers(), layer -> program.call("add_layer", prefix + "h." + layer + "."));
      String head = config.tied() ? prefix + "wte" : "lm_head";
      long copied = Decoder.addHead(program, placement, prefix + "ln_f", head);
      return new Decoder(
          folder,
          program,
          new Decoder.Facts("gpt2", config.vocab(), config.positions(), 0, copied, false));
    } catch (RuntimeException | IOException e) {
      program.close();
      throw e;
    }
  }
}
