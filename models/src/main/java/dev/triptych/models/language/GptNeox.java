package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** GPT-NeoX, of which Pythia is one: gpt_neox.py. */
final class GptNeox implements Architecture {

  private static final int LARGEST = 1 << 24;

  /** What config.json says, with the defaults of transformers 4.53 (configuration_gpt_neox.py). */
  private record Config(
      int vocab,
      int hidden,
      int inner,
      int layers,
      int heads,
      boolean bias,
      boolean tied,
      RopeScaling rope) {

    static Config read(ConfigFile c) throws IOException {
      int hidden = c.whole("hidden_size", 6144, LARGEST);
      int heads = c.whole("num_attention_heads", 64, LARGEST);
      c.require(hidden % heads == 0, "hidden_size", "is no multiple of num_attention_heads");
      double part = c.positive("rotary_pct", 0.25);
      c.require(part <= 1, "rotary_pct", "must be at most 1");
      int turned = (int) (hidden / heads * part);
      c.require(turned > 0 && turned % 2 == 0, "rotary_pct", "gives an odd number of features");
      double theta = c.positive("rotary_emb_base", 10000);
      c.require(theta > 1, "rotary_emb_base", "must be above 1");
      int context = c.whole("max_position_embeddings", 2048, Integer.MAX_VALUE / 4);
      return new Config(
          c.whole("vocab_size", 50432, LARGEST),
          hidden,
          c.whole("intermediate_size", 24576, LARGEST),
          c.whole("num_hidden_layers", 44, 4096),
          heads,
          c.flag("attention_bias", true),
          c.flag("tie_word_embeddings", false),
          RopeScaling.read(c, turned, theta, context));
    }

    Map<String, long[]> weights() {
      Map<String, long[]> weights = new LinkedHashMap<>();
      weights.put("gpt_neox.embed_in.weight", new long[] {vocab, hidden});
      for (int i = 0; i < layers; i++) {
        String layer = "gpt_neox.layers." + i + ".";
        norm(weights, layer + "input_layernorm");
        linear(weights, layer + "attention.query_key_value", hidden, 3L * hidden, bias);
        linear(weights, layer + "attention.dense", hidden, hidden, bias);
        norm(weights, layer + "post_attention_layernorm");
        linear(weights, layer + "mlp.dense_h_to_4h", hidden, inner, true);
        linear(weights, layer + "mlp.dense_4h_to_h", inner, hidden, true);
      }
      norm(weights, "gpt_neox.final_layer_norm");
      if (!tied) {
        weights.put("embed_out.weight", new long[] {vocab, hidden});
      }
      return weights;
    }

    private void norm(Map<String, long[]> weights, String name) {
      weights.put(name + ".weight", new long[] {hidden});
      weights.put(name + ".bias", new long[] {hidden});
    }

    private static void linear(
        Map<String, long[]> weights, String name, long in, long out, boolean bias) {
      weights.put(name + ".weight", new long[] {out, in});
      if (bias) {
        weights.put(name + ".bias", new long[] {out});
      }
    }
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt_neox");
  }

  @Override
  public LanguageModel load(Path folder, Placement placement) throws IOException {
    ConfigFile file = ConfigFile.read(folder);
    Config config = Config.read(file);
    String activation = DecoderConfig.activation(file, "hidden_act", "gelu");
    double eps = file.positive("layer_norm_eps", 1e-5);
    boolean parallel = file.flag("use_parallel_residual", true);
    DecoderWeights weights = DecoderWeights.open(folder);
    Precision precision = weights.precision(placement, "gpt_neox.embed_in.weight");
    weights.check(config.weights());
    Program program =
        Program.load(
            GptNeox.class,
            precision.program("rotary.py", "gpt_neox.py"),
            weights.files(),
            placement);
    try {
      program
          .call(
              "load",
              config.heads(),
              1 / Math.sqrt(config.hidden() / config.heads()),
              activation,
              parallel,
              eps,
              precision.dtype(),
              precision.int8())
          .close();
      Decoder.addLayers(
          config.layers(), layer -> program.call("add_layer", "gpt_neox.layers." + layer + "."));
      String head = config.tied() ? "gpt_neox.embed_in" : "embed_out";
      long copied = Decoder.addHead(program, placement, "gpt_neox.final_layer_norm", head);
      config.rope().load(program);
      RopeScaling rope = config.rope();
      return new Decoder(
          folder,
          program,
          new Decoder.Facts(
              "gpt_neox", config.vocab(), rope.context(), rope.reread(), copied, false));
    } catch (RuntimeException | IOException e) {
      program.close();
      throw e;
    }
  }
}
