package dev.triptych.models.language;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a decoder in the manner of Llama, read from {@code config.json}.
 *
 * @param activation silu, gelu, gelu_tanh or relu
 * @param inputBias whether queries, keys and values have biases
 * @param scale of attention's scores
 * @param scoresCap bound of the scores, 0 for none
 * @param logitsCap bound of the logits, 0 for none
 * @param windows how many positions each layer looks back on, 0 for all
 * @param rotaries which rope each layer turns by, -1 for none
 */
record DecoderConfig(
    DecoderFamily family,
    int vocab,
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int groups,
    int dim,
    double eps,
    String activation,
    boolean tied,
    boolean inputBias,
    boolean outputBias,
    boolean feedBias,
    double scale,
    double scoresCap,
    double logitsCap,
    int[] windows,
    int[] rotaries,
    List<RopeScaling> ropes) {

  private static final int LARGEST = 1 << 24;
  private static final String SLIDING = "sliding_attention";

  static DecoderConfig read(ConfigFile c) throws IOException {
    DecoderFamily family = DecoderFamily.named(c.text("model_type", "llama"));
    int hidden = c.whole("hidden_size", family.hidden, LARGEST);
    int layers = c.whole("num_hidden_layers", family.layers, 4096);
    int heads = c.whole("num_attention_heads", family.heads, LARGEST);
    boolean named = c.names("num_key_value_heads"); // null stands for as many as heads
    int initial = named || family.groups == 0 ? heads : family.groups;
    int groups = c.whole("num_key_value_heads", initial, LARGEST);
    c.require(heads % groups == 0, "num_attention_heads", "is no multiple of num_key_value_heads");
    int dim = c.whole("head_dim", family.dim == 0 ? hidden / heads : family.dim, LARGEST);
    boolean bias = family.biasIsASetting() && c.flag("attention_bias", false);
    int[] windows = windows(c, family, layers);
    double scalar = family.gemma() ? c.positive("query_pre_attn_scalar", 256) : dim;
    return new DecoderConfig(
        family,
        c.whole("vocab_size", family.vocab, LARGEST),
        hidden,
        c.whole("intermediate_size", family.intermediate, LARGEST),
        layers,
        heads,
        groups,
        dim,
        c.positive("rms_norm_eps", family.eps),
        family.gemma()
            ? activation(c, "hidden_activation", "gelu_pytorch_tanh")
            : activation(c, "hidden_act", "silu"),
        c.flag("tie_word_embeddings", family.tied),
        bias || family == DecoderFamily.QWEN2,
        bias,
        family == DecoderFamily.LLAMA && c.flag("mlp_bias", false),
        1 / Math.sqrt(scalar),
        family.gemma() ? cap(c, family, "attn_logit_softcapping", 50) : 0,
        family.gemma() ? cap(c, family, "final_logit_softcapping", 30) : 0,
        windows,
        rotaries(c, family, layers, windows),
        ropes(c, family, dim));
  }

  static String activation(ConfigFile c, String key, String initial) throws IOException {
    String name = c.text(key, initial);
    return switch (name) {
      case "silu", "swish" -> "silu";
      case "gelu", "relu" -> name;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> "gelu_tanh";
      default -> throw c.refused(key, "is none of silu, gelu, gelu_new, gelu_pytorch_tanh, relu");
    };
  }

  /** Gemma 2 caps unless told not to, Gemma 3 only if told to. */
  private static double cap(ConfigFile c, DecoderFamily family, String key, double initial)
      throws IOException {
    boolean capped = c.has(key) || family == DecoderFamily.GEMMA2 && !c.names(key);
    return capped ? c.positive(key, initial) : 0;
  }

  private static List<RopeScaling> ropes(ConfigFile c, DecoderFamily family, int dim)
      throws IOException {
    int context = c.whole("max_position_embeddings", family.context, Integer.MAX_VALUE / 4);
    double part = family == DecoderFamily.PHI3 ? c.positive("partial_rotary_factor", 1) : 1;
    c.require(part <= 1, "partial_rotary_factor", "must be at most 1");
    int turned = (int) (dim * part);
    c.require(turned > 0 && turned % 2 == 0, "head_dim", "has an odd number of rotary features");
    double theta = c.positive("rope_theta", family.theta);
    c.require(theta > 1, "rope_theta", "must be above 1");
    List<RopeScaling> ropes = new ArrayList<>();
    ropes.add(RopeScaling.read(c, turned, theta, context));
    if (family == DecoderFamily.GEMMA3) {
      double local = c.positive("rope_local_base_freq", 10000);
      ropes.add(RopeScaling.plain(turned, local, context));
    }
    return ropes;
  }

  private static int[] windows(ConfigFile c, DecoderFamily family, int layers) throws IOException {
    int[] windows = new int[layers];
    int window = c.names("sliding_window") && !c.has("sliding_window") ? 0 : 4096; // null: none
    boolean[] sliding = new boolean[layers];
    List<String> types = c.texts("layer_types", layers, SLIDING, "full_attention");
    switch (family) {
      case LLAMA -> window = 0;
      case MISTRAL -> Arrays.fill(sliding, true);
      case PHI3 -> {
        window = c.has("sliding_window") ? window : 0;
        Arrays.fill(sliding, true);
      }
      case QWEN2, QWEN3 -> {
        window = c.flag("use_sliding_window", false) ? window : 0;
        int full = c.whole("max_window_layers", 28, Integer.MAX_VALUE);
        for (int i = 0; i < layers; i++) {
          sliding[i] = types == null ? i >= full : types.get(i).equals(SLIDING);
        }
      }
      case GEMMA2, GEMMA3 -> {
        int pattern =
            family == DecoderFamily.GEMMA2 ? 2 : c.whole("sliding_window_pattern", 6, LARGEST);
        for (int i = 0; i < layers; i++) {
          sliding[i] = types == null ? (i + 1) % pattern != 0 : types.get(i).equals(SLIDING);
        }
      }
      case SMOLLM3 -> {
        boolean used = c.flag("use_sliding_window", false) && c.has("sliding_window");
        boolean[] turned = turned(c, layers);
        window = c.has("sliding_window") ? window : 0;
        for (int i = 0; i < layers; i++) {
          sliding[i] = types == null ? used && !turned[i] : types.get(i).equals(SLIDING);
        }
      }
    }
    if (window > 0) {
      window = c.whole("sliding_window", window, Integer.MAX_VALUE);
    }
    for (int i = 0; i < layers; i++) {
      windows[i] = sliding[i] ? window : 0;
    }
    return windows;
  }

  /** SmolLM3 leaves positions out of every fourth layer. */
  private static boolean[] turned(ConfigFile c, int layers) throws IOException {
    boolean[] turned = c.flags("no_rope_layers", layers);
    if (turned == null) {
      int interval = c.whole("no_rope_layer_interval", 4, LARGEST);
      turned = new boolean[layers];
      for (int i = 0; i < layers; i++) {
        turned[i] = (i + 1) % interval != 0;
      }
    }
    return turned;
  }

  private static int[] rotaries(ConfigFile c, DecoderFamily family, int layers, int[] windows)
      throws IOException {
    int[] rotaries = new int[layers];
    boolean[] turned = family == DecoderFamily.SMOLLM3 ? turned(c, layers) : null;
    for (int i = 0; i < layers; i++) {
      if (turned != null && !turned[i]) {
        rotaries[i] = -1;
      } else if (family == DecoderFamily.GEMMA3 && windows[i] > 0) {
        rotaries[i] = 1;
      }
    }
    return rotaries;
  }

  /** Returns the bytes of the matrices of queries, keys and values in all layers. */
  long qkvBytes(int bytes) {
    return (long) layers * (heads + 2L * groups) * dim * hidden * bytes;
  }

  /** Returns the weights by name with their shapes; those before the layers begin with a prefix. */
  Map<String, long[]> weights(String prefix) {
    long width = (long) heads * dim;
    long narrow = (long) groups * dim;
    Map<String, long[]> weights = new LinkedHashMap<>();
    weights.put(prefix + "embed_tokens.weight", new long[] {vocab, hidden});
    for (int i = 0; i < layers; i++) {
      String layer = prefix + "layers." + i + ".";
      String attention = layer + "self_attn.";
      weights.put(layer + "input_layernorm.weight", new long[] {hidden});
      if (family == DecoderFamily.PHI3) {
        weights.put(attention + "qkv_proj.weight", new long[] {width + 2 * narrow, hidden});
        linear(weights, layer + "mlp.gate_up_proj", hidden, 2L * intermediate, false);
      } else {
        linear(weights, attention + "q_proj", hidden, width, inputBias);
        linear(weights, attention + "k_proj", hidden, narrow, inputBias);
        linear(weights, attention + "v_proj", hidden, narrow, inputBias);
        linear(weights, layer + "mlp.gate_proj", hidden, intermediate, feedBias);
        linear(weights, layer + "mlp.up_proj", hidden, intermediate, feedBias);
      }
      if (family.normsInside()) {
        weights.put(attention + "q_norm.weight", new long[] {dim});
        weights.put(attention + "k_norm.weight", new long[] {dim});
      }
      linear(weights, attention + "o_proj", width, hidden, outputBias);
      weights.put(layer + "post_attention_layernorm.weight", new long[] {hidden});
      if (family.gemma()) {
        weights.put(layer + "pre_feedforward_layernorm.weight", new long[] {hidden});
        weights.put(layer + "post_feedforward_layernorm.weight", new long[] {hidden});
      }
      linear(weights, layer + "mlp.down_proj", intermediate, hidden, feedBias);
    }
    weights.put(prefix + "norm.weight", new long[] {hidden});
    if (!tied) {
      weights.put("lm_head.weight", new long[] {vocab, hidden});
    }
    return weights;
  }

  private static void linear(
      Map<String, long[]> weights, String name, long in, long out, boolean bias) {
    weights.put(name + ".weight", new long[] {out, in});
    if (bias) {
      weights.put(name + ".bias", new long[] {out});
    }
  }
}
