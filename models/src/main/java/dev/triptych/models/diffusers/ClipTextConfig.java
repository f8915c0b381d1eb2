package dev.triptych.models.diffusers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The shape of CLIP's text model, as {@code text_encoder/config.json} holds it.
 *
 * @param vocabulary tokens that it knows
 * @param width features of a token
 * @param inner features inside a feed-forward layer
 * @param layers transformer layers
 * @param heads attention heads
 * @param positions the most tokens of a text
 * @param quickGelu whether the activation is {@code x · sigmoid(1.702 x)}, not GELU
 * @param eps of every norm
 * @param end id of the token whose state stands for the whole text; 2 for the greatest id
 * @param projection features of the projected state of the text; 0 with no projection
 */
public record ClipTextConfig(
    int vocabulary,
    int width,
    int inner,
    int layers,
    int heads,
    int positions,
    boolean quickGelu,
    double eps,
    int end,
    int projection) {

  private static final String PLAIN = "CLIPTextModel";
  private static final String PROJECTED = "CLIPTextModelWithProjection";

  /**
   * Reads {@code config.json} in the folder of a text model; what is not there has transformers'
   * default.
   *
   * @throws IOException if it is missing, damaged, or asks for what is not supported
   */
  public static ClipTextConfig read(Path folder) throws IOException {
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    List<String> architectures = config.texts("architectures", List.of(PLAIN));
    if (architectures.size() != 1 || !List.of(PLAIN, PROJECTED).contains(architectures.get(0))) {
      throw config.refused("architectures", "must be " + PLAIN + " or " + PROJECTED);
    }
    config.only("model_type", "clip_text_model");
    String activation = config.text("hidden_act", "quick_gelu");
    if (!List.of("quick_gelu", "gelu").contains(activation)) {
      throw config.refused("hidden_act", "must be quick_gelu or gelu");
    }
    int width = config.whole("hidden_size", 512, 1, 1 << 14);
    int heads = config.whole("num_attention_heads", 8, 1, 1 << 10);
    if (width % heads != 0) {
      throw config.refused("hidden_size", "must be a multiple of num_attention_heads, " + heads);
    }
    double eps = config.real("layer_norm_eps", 1e-5);
    if (eps < 0) {
      throw config.refused("layer_norm_eps", "must not be negative");
    }
    int vocabulary = config.whole("vocab_size", 49408, 1, 10_000_000);
    return new ClipTextConfig(
        vocabulary,
        width,
        config.whole("intermediate_size", 2048, 1, 1 << 16),
        config.whole("num_hidden_layers", 12, 1, 1 << 10),
        heads,
        config.whole("max_position_embeddings", 77, 3, 1 << 16),
        activation.equals("quick_gelu"),
        eps,
        config.whole("eos_token_id", 49407, 0, 10_000_000),
        architectures.contains(PROJECTED) ? config.whole("projection_dim", 512, 1, 1 << 14) : 0);
  }

  /** The names and shapes that transformers gives the weights. */
  Weights weights() {
    Weights w = new Weights();
    w.table("text_model.embeddings.token_embedding", vocabulary, width);
    w.table("text_model.embeddings.position_embedding", positions, width);
    for (int i = 0; i < layers; i++) {
      String layer = "text_model.encoder.layers." + i + ".";
      w.norm(layer + "layer_norm1", width);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        w.linear(layer + "self_attn." + projection, width, width, true);
      }
      w.norm(layer + "layer_norm2", width);
      w.linear(layer + "mlp.fc1", width, inner, true);
      w.linear(layer + "mlp.fc2", inner, width, true);
    }
    w.norm("text_model.final_layer_norm", width);
    if (projection > 0) {
      w.linear("text_projection", width, projection, false);
    }
    w.ignored("text_model.embeddings.position_ids"); // 0, 1, 2, …: in files of before 2023
    return w;
  }
}
