package dev.triptych.models.language;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a T5, as its {@code config.json} states it, with the defaults of transformers 4.53
 * (configuration_t5.py and configuration_mt5.py).
 *
 * @param modelType {@code t5} or {@code mt5}
 * @param vocab ids, from 0
 * @param hidden features of a position
 * @param headDim features of a head
 * @param inner features inside a feed-forward
 * @param layers of the encoder
 * @param decoderLayers of the decoder
 * @param heads of every attention
 * @param buckets of distances between positions
 * @param farthest distance from which on all are in the last bucket
 * @param eps added to the mean square under a norm's root
 * @param gated whether the feed-forward has a gate
 * @param activation as t5.py names it
 * @param tied whether the output layer is the embedding
 */
record T5Config(
    String modelType,
    int vocab,
    int hidden,
    int headDim,
    int inner,
    int layers,
    int decoderLayers,
    int heads,
    int buckets,
    int farthest,
    double eps,
    boolean gated,
    String activation,
    boolean tied) {

  private static final int LARGEST = 1 << 24;
  private static final int MOST_LAYERS = 4096;

  static T5Config read(ConfigFile c) throws IOException {
    String type = c.text("model_type", "t5");
    boolean mt5 = type.equals("mt5");
    String forward = c.text("feed_forward_proj", mt5 ? "gated-gelu" : "relu");
    c.require(
        forward.matches("(gated-)?\\w+"),
        "feed_forward_proj",
        "must be an activation, or gated- and one");
    String named = forward.equals("gated-gelu") ? "gelu_new" : forward.replaceFirst("^gated-", "");
    int layers = c.whole("num_layers", mt5 ? 8 : 6, MOST_LAYERS);
    T5Config config =
        new T5Config(
            type,
            c.whole("vocab_size", mt5 ? 250112 : 32128, LARGEST),
            c.whole("d_model", 512, LARGEST),
            c.whole("d_kv", 64, LARGEST),
            c.whole("d_ff", mt5 ? 1024 : 2048, LARGEST),
            layers,
            c.whole("num_decoder_layers", layers, MOST_LAYERS),
            c.whole("num_heads", mt5 ? 6 : 8, LARGEST),
            c.whole("relative_attention_num_buckets", 32, LARGEST),
            c.whole("relative_attention_max_distance", 128, LARGEST),
            c.positive("layer_norm_epsilon", 1e-6),
            c.flag("is_gated_act", forward.startsWith("gated-")),
            DecoderConfig.activation(c, "dense_act_fn", named),
            c.flag("tie_word_embeddings", !mt5));
    c.require(config.buckets() >= 4, "relative_attention_num_buckets", "must be at least 4");
    c.require(
        config.buckets() / 2 < config.farthest(),
        "relative_attention_max_distance",
        "must be over half of relative_attention_num_buckets");
    return config;
  }

  /** Returns the weights by name, in the model's order, with their shapes. */
  Map<String, long[]> weights(String embedding) {
    Map<String, long[]> weights = new LinkedHashMap<>();
    weights.put(embedding, new long[] {vocab, hidden});
    stack(weights, "encoder.", layers, false);
    stack(weights, "decoder.", decoderLayers, true);
    if (!tied) {
      weights.put("lm_head.weight", new long[] {vocab, hidden});
    }
    return weights;
  }

  private void stack(Map<String, long[]> weights, String stack, int layers, boolean decodes) {
    String first = stack + "block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    weights.put(first, new long[] {buckets, heads});
    for (int i = 0; i < layers; i++) {
      String block = stack + "block." + i + ".layer.";
      attention(weights, block + "0.", "SelfAttention.");
      if (decodes) {
        attention(weights, block + "1.", "EncDecAttention.");
      }
      String forward = block + (decodes ? "2." : "1.");
      for (String name : gated ? List.of("wi_0", "wi_1") : List.of("wi")) {
        weights.put(forward + "DenseReluDense." + name + ".weight", new long[] {inner, hidden});
      }
      weights.put(forward + "DenseReluDense.wo.weight", new long[] {hidden, inner});
      weights.put(forward + "layer_norm.weight", new long[] {hidden});
    }
    weights.put(stack + "final_layer_norm.weight", new long[] {hidden});
  }

  private void attention(Map<String, long[]> weights, String layer, String name) {
    long width = (long) heads * headDim;
    for (String projection : List.of("q", "k", "v")) {
      weights.put(layer + name + projection + ".weight", new long[] {width, hidden});
    }
    weights.put(layer + name + "o.weight", new long[] {hidden, width});
    weights.put(layer + "layer_norm.weight", new long[] {hidden});
  }
}
