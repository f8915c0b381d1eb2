package dev.triptych.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold of a {@code tokenizer.json} before native code sees it: the tokenizers library
 * panics, which ends the Java process, where a part names a token that another part does not have.
 *
 * <p>What the library itself refuses with an error is left to it. Refusals are {@link
 * IllegalArgumentException}s that say what is wrong.
 */
final class TokenizerSchema {
  private static final int DEEPEST = 32;

  private final JsonNode json;
  private final Map<String, Integer> ids;

  private TokenizerSchema(JsonNode json, Map<String, Integer> ids) {
    this.json = json;
    this.ids = ids;
  }

  /** Checks a file whose vocabulary, with added tokens, is known. */
  static void check(JsonNode json, Map<String, Integer> ids) {
    TokenizerSchema schema = new TokenizerSchema(json, ids);
    finite(json, "");
    schema.model(json.path("model"));
    for (JsonNode token : json.path("added_tokens")) {
      require(
          token.path("content").isTextual() && !token.path("content").asText().isEmpty(),
          "an added token has no text");
    }
    for (String part : new String[] {"normalizer", "pre_tokenizer", "post_processor", "decoder"}) {
      JsonNode node = json.path(part);
      require(
          node.isMissingNode() || node.isNull() || node.isObject(), part + " is no JSON object");
      schema.part(part, node, 0);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Refuses numbers that are none for the library, in all but the long lists. */
  private static void finite(JsonNode node, String name) {
    require(
        !node.isNumber() || Double.isFinite(node.doubleValue()), name + " has the number " + node);
    for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
      finite(item, name);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("vocab") && !field.getKey().equals("merges")) {
        finite(field.getValue(), field.getKey());
      }
    }
  }

  private void model(JsonNode model) {
    require(model.isObject(), "it has no model");
    String type = model.path("type").asText();
    if (model.path("vocab").isArray()) {
      unigram(model);
      return;
    }
    JsonNode unknown = model.path("unk_token");
    require(
        unknown.isMissingNode() || unknown.isNull() || model.path("vocab").has(unknown.asText()),
        "its vocabulary lacks the unknown token " + unknown);
    require(
        !(type.equals("WordPiece") || type.equals("WordLevel")) || unknown.isTextual(),
        "it names no unknown token");
    JsonNode dropout = model.path("dropout");
    require(
        dropout.isMissingNode()
            || dropout.isNull()
            || dropout.isNumber() && dropout.asDouble() >= 0 && dropout.asDouble() <= 1,
        "dropout is " + dropout);
    String prefix = model.path("continuing_subword_prefix").asText("");
    if (model.has("merges") && !model.path("continuing_subword_prefix").isNull()) {
      for (JsonNode merge : model.path("merges")) {
        String[] pair = merge.asText().split(" ", 2);
        String second = merge.isArray() ? merge.path(1).asText() : pair[pair.length - 1];
        require(second.startsWith(prefix), "a merge lacks the prefix of its tokens: " + merge);
      }
    }
  }

  private static void unigram(JsonNode model) {
    JsonNode vocab = model.path("vocab");
    Set<String> seen = new HashSet<>();
    for (JsonNode pair : vocab) {
      require(
          pair.isArray() && pair.size() == 2 && pair.get(0).isTextual() && pair.get(1).isNumber(),
          "a token is no pair of text and score: " + pair);
      require(!pair.get(0).asText().isEmpty(), "a token is empty");
      double score = pair.get(1).asDouble();
      require(Math.abs(score) < 1e9, "a token has the score " + pair.get(1));
      seen.add(pair.get(0).asText());
    }
    require(!seen.isEmpty(), "it has no vocabulary");
    JsonNode unknown = model.path("unk_id");
    require(
        unknown.isNull()
            || unknown.isMissingNode()
            || unknown.isInt() && unknown.asInt() >= 0 && unknown.asInt() < vocab.size(),
        "unk_id is " + unknown + ", but there are " + vocab.size() + " tokens");
  }

  private void part(String name, JsonNode node, int depth) {
    require(depth < DEEPEST, name + " is nested too deeply");
    switch (node.path("type").asText()) {
      case "TemplateProcessing" -> template(node);
      case "BertProcessing", "RobertaProcessing" -> {
        pair(node.path("sep"));
        pair(node.path("cls"));
      }
      case "Precompiled" -> Charsmap.check(node.path("precompiled_charsmap").asText(""));
      case "Metaspace" -> {
        String mark = node.path("replacement").asText("▁");
        require(mark.codePointCount(0, mark.length()) == 1, "a replacement is no character");
      }
      case "Strip" -> // of decoders: the library panics where a token is all stripped from both
          // ends
          require(
              node.path("start").asLong(0) >= 0 && node.path("stop").asLong(0) == 0,
              "its decoder strips the ends of tokens");
      default -> {}
    }
    for (String list : new String[] {"normalizers", "pretokenizers", "processors", "decoders"}) {
      for (JsonNode inner : node.path(list)) {
        part(name, inner, depth + 1);
      }
    }
  }

  private static void pair(JsonNode pair) {
    require(
        pair.isArray() && pair.size() == 2 && pair.get(0).isTextual() && pair.get(1).isInt(),
        "a special token is no pair of text and id: " + pair);
  }

  /** A template may name only special tokens that it defines, each with as many ids as texts. */
  private void template(JsonNode node) {
    JsonNode tokens = node.path("special_tokens");
    for (Map.Entry<String, JsonNode> token : tokens.properties()) {
      JsonNode all = token.getValue().path("ids");
      require(
          token.getValue().path("id").asText().equals(token.getKey()),
          "the special token " + token.getKey() + " has another name inside");
      require(
          all.isArray() && all.size() == token.getValue().path("tokens").size(),
          "the special token " + token.getKey() + " has not as many ids as texts");
      for (JsonNode id : all) {
        require(
            id.isInt() && id.asInt() >= 0 && ids.containsValue(id.asInt()),
            "the special token " + token.getKey() + " has the id " + id);
      }
    }
    for (String list : new String[] {"single", "pair"}) {
      for (JsonNode piece : node.path(list)) {
        JsonNode special = piece.path("SpecialToken");
        require(
            special.isMissingNode() || tokens.has(special.path("id").asText()),
            "the template names " + special.path("id") + ", which it does not define");
      }
    }
  }
}
