package dev.triptych.models.llama;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shape of a Llama, as its {@code config.json} states it (transformers' LlamaConfig).
 *
 * @param vocab ids, from 0
 * @param hidden features of a position
 * @param intermediate features inside a feed-forward
 * @param heads heads of queries
 * @param groups heads of keys and values
 * @param headDim features of a head
 * @param context positions at most
 * @param eps added to the mean square under a norm's root
 * @param theta base of the rotary frequencies
 * @param tied whether the output layer is the embedding
 */
public record LlamaConfig(
    int vocab,
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int groups,
    int headDim,
    int context,
    double eps,
    double theta,
    boolean tied) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads a folder's {@code config.json}.
   *
   * @throws IOException if it is missing or damaged, or describes what this class does not compute
   */
  public static LlamaConfig read(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    JsonNode json;
    try {
      json = JSON.readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "the model's config is missing");
    } catch (JsonProcessingException | java.nio.charset.CharacterCodingException e) {
      throw new IOException(file + " is no JSON; get it again");
    }
    require(
        file, json.path("model_type").asText("llama").equals("llama"), "model_type is not llama");
    require(file, json.path("hidden_act").asText("silu").equals("silu"), "hidden_act is not silu");
    require(file, !json.path("attention_bias").asBoolean(), "attention_bias is true");
    require(file, !json.path("mlp_bias").asBoolean(), "mlp_bias is true");
    require(
        file,
        json.path("rope_scaling").isNull() || json.path("rope_scaling").isMissingNode(),
        "rope_scaling is set");
    int hidden = whole(file, json, "hidden_size", 4096);
    int heads = whole(file, json, "num_attention_heads", 32);
    LlamaConfig config =
        new LlamaConfig(
            whole(file, json, "vocab_size", 32000),
            hidden,
            whole(file, json, "intermediate_size", 11008),
            whole(file, json, "num_hidden_layers", 32),
            heads,
            whole(file, json, "num_key_value_heads", heads),
            whole(file, json, "head_dim", hidden / heads),
            whole(file, json, "max_position_embeddings", 2048),
            json.path("rms_norm_eps").asDouble(1e-6),
            json.path("rope_theta").asDouble(10000),
            json.path("tie_word_embeddings").asBoolean(false));
    require(
        file,
        heads % config.groups() == 0,
        "num_attention_heads is no multiple of num_key_value_heads");
    require(file, config.headDim() % 2 == 0, "head_dim is odd");
    return config;
  }

  private static int whole(Path file, JsonNode json, String name, int initial) throws IOException {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return initial;
    }
    require(file, value.isInt() && value.asInt() > 0, name + " is no positive whole number");
    return value.asInt();
  }

  private static void require(Path file, boolean holds, String problem) throws IOException {
    if (!holds) {
      throw new IOException(file + ": " + problem + ", which this version cannot run");
    }
  }

  /**
   * Writes {@code config.json} as transformers reads it.
   *
   * @param begin id that begins a text, or -1
   * @param end id that ends a text, or -1
   */
  public void write(Path folder, int begin, int end) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama").put("vocab_size", vocab).put("hidden_size", hidden);
    json.put("intermediate_size", intermediate).put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads).put("num_key_value_heads", groups);
    json.put("head_dim", headDim).put("max_position_embeddings", context);
    json.put("hidden_act", "silu").put("rms_norm_eps", eps).put("rope_theta", theta);
    json.put("attention_bias", false).put("mlp_bias", false);
    json.put("tie_word_embeddings", tied).put("torch_dtype", "bfloat16");
    json.put("bos_token_id", begin < 0 ? null : begin).put("eos_token_id", end < 0 ? null : end);
    Files.writeString(folder.resolve("config.json"), json.toPrettyString() + "\n");
  }

  /** Returns the weights by name, in the model's order, with their shapes. */
  public Map<String, long[]> weights() {
    Map<String, long[]> weights = new LinkedHashMap<>();
    weights.put("model.embed_tokens.weight", new long[] {vocab, hidden});
    for (int i = 0; i < layers; i++) {
      String layer = "model.layers." + i + ".";
      weights.put(layer + "input_layernorm.weight", new long[] {hidden});
      weights.put(layer + "self_attn.q_proj.weight", new long[] {(long) heads * headDim, hidden});
      weights.put(layer + "self_attn.k_proj.weight", new long[] {(long) groups * headDim, hidden});
      weights.put(layer + "self_attn.v_proj.weight", new long[] {(long) groups * headDim, hidden});
      weights.put(layer + "self_attn.o_proj.weight", new long[] {hidden, (long) heads * headDim});
      weights.put(layer + "post_attention_layernorm.weight", new long[] {hidden});
      weights.put(layer + "mlp.gate_proj.weight", new long[] {intermediate, hidden});
      weights.put(layer + "mlp.up_proj.weight", new long[] {intermediate, hidden});
      weights.put(layer + "mlp.down_proj.weight", new long[] {hidden, intermediate});
    }
    weights.put("model.norm.weight", new long[] {hidden});
    if (!tied) {
      weights.put("lm_head.weight", new long[] {vocab, hidden});
    }
    return weights;
  }
}
