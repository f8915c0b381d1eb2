package dev.triptych.models.bert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a BERT model, as {@code config.json} of {@code transformers} says it.
 *
 * @param epsilon {@code layer_norm_eps}
 */
record BertConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int positions,
    int types,
    double epsilon) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MATRICES =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  BertConfig {
    if (vocabulary < 1
        || hidden < 1
        || layers < 1
        || heads < 1
        || intermediate < 1
        || positions < 3
        || types < 1
        || hidden % heads != 0) {
      throw new IllegalArgumentException(
          "no BERT has %d tokens, %d layers of %d units in %d heads, %d inner units, %d positions"
              .formatted(vocabulary, layers, hidden, heads, intermediate, positions));
    }
  }

  /**
   * Reads {@code config.json}.
   *
   * @throws IOException if the file is missing, is not JSON, or describes a model that this program
   *     does not compute
   */
  static BertConfig read(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    JsonNode json = JSON.readTree(Files.readString(file));
    if (json == null || !json.isObject()) {
      throw new IOException(file + " must hold a JSON object");
    }
    require(file, json, "model_type", "bert", "bert");
    require(file, json, "hidden_act", "gelu", "gelu");
    require(file, json, "position_embedding_type", "absolute", "absolute");
    try {
      return new BertConfig(
          whole(file, json, "vocab_size"),
          whole(file, json, "hidden_size"),
          whole(file, json, "num_hidden_layers"),
          whole(file, json, "num_attention_heads"),
          whole(file, json, "intermediate_size"),
          whole(file, json, "max_position_embeddings"),
          json.path("type_vocab_size").asInt(2),
          json.path("layer_norm_eps").asDouble(1e-12));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Returns the text of {@code config.json}. */
  String json() {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add("BertModel");
    json.put("model_type", "bert").put("hidden_act", "gelu");
    json.put("position_embedding_type", "absolute").put("pad_token_id", 0);
    json.put("vocab_size", vocabulary).put("hidden_size", hidden);
    json.put("num_hidden_layers", layers).put("num_attention_heads", heads);
    json.put("intermediate_size", intermediate).put("max_position_embeddings", positions);
    json.put("type_vocab_size", types).put("layer_norm_eps", epsilon);
    json.put("torch_dtype", "float32");
    return json.toPrettyString() + "\n";
  }

  /** Returns the shape of each weight by its name in {@code transformers}, in file order. */
  Map<String, long[]> weights() {
    Map<String, long[]> weights = new LinkedHashMap<>();
    weights.put("embeddings.word_embeddings.weight", new long[] {vocabulary, hidden});
    weights.put("embeddings.position_embeddings.weight", new long[] {positions, hidden});
    weights.put("embeddings.token_type_embeddings.weight", new long[] {types, hidden});
    norm(weights, "embeddings.LayerNorm");
    for (int i = 0; i < layers; i++) {
      String layer = "encoder.layer." + i + ".";
      for (String matrix : MATRICES) {
        boolean widens = matrix.equals("intermediate.dense");
        boolean narrows = matrix.equals("output.dense");
        int out = widens ? intermediate : hidden;
        weights.put(layer + matrix + ".weight", new long[] {out, narrows ? intermediate : hidden});
        weights.put(layer + matrix + ".bias", new long[] {out});
      }
      norm(weights, layer + "attention.output.LayerNorm");
      norm(weights, layer + "output.LayerNorm");
    }
    return weights;
  }

  private void norm(Map<String, long[]> weights, String name) {
    weights.put(name + ".weight", new long[] {hidden});
    weights.put(name + ".bias", new long[] {hidden});
  }

  private static void require(Path file, JsonNode json, String key, String wanted, String otherwise)
      throws IOException {
    String value = json.path(key).asText(otherwise);
    if (!value.equals(wanted)) {
      throw new IOException(
          "%s: %s is \"%s\"; only \"%s\" is supported".formatted(file, key, value, wanted));
    }
  }

  private static int whole(Path file, JsonNode json, String key) throws IOException {
    JsonNode value = json.path(key);
    if (!value.canConvertToInt() || value.intValue() < 1) {
      throw new IOException(file + ": " + key + " must be a whole number above 0");
    }
    return value.intValue();
  }
}
