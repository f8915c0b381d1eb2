package dev.triptych.models.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A {@code tokenizer.json} that was read and checked before native code sees it.
 *
 * @param ids each token's id
 * @param tokens the token of each id; null where the id is none
 * @param special the ids of special tokens
 */
record TokenizerFile(
    Map<String, Integer> ids, String[] tokens, BitSet special, TokenDecoder decoder) {

  private static final int GREATEST_ID = 10_000_000;

  static TokenizerFile read(Path file) throws IOException {
    JsonNode json;
    try {
      json = JsonMapper.builder().build().readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "the tokenizer is missing");
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new IOException(file + " is no tokenizer: it is no JSON; get it again");
    }
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocab = json.path("model").path("vocab");
    if (vocab.isArray()) { // Unigram: pairs of token and score, in the order of ids
      for (int id = 0; id < vocab.size(); id++) {
        ids.putIfAbsent(vocab.get(id).path(0).asText(), id);
      }
    } else {
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        ids.put(entry.getKey(), id(file, entry.getValue()));
      }
    }
    BitSet special = new BitSet();
    for (JsonNode added : json.path("added_tokens")) {
      int id = id(file, added.path("id"));
      ids.put(added.path("content").asText(), id);
      special.set(id, added.path("special").asBoolean());
    }
    if (ids.isEmpty()) {
      throw new IOException(file + " is no tokenizer: it has no vocabulary; get it again");
    }
    int last = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    String[] tokens = new String[Math.max(last + 1, vocab.isArray() ? vocab.size() : 0)];
    if (vocab.isArray()) {
      for (int id = 0; id < vocab.size(); id++) {
        tokens[id] = vocab.get(id).path(0).asText();
      }
    } else {
      ids.forEach((token, id) -> tokens[id] = token);
    }
    for (JsonNode added : json.path("added_tokens")) {
      tokens[added.path("id").asInt()] = added.path("content").asText();
    }
    return new TokenizerFile(
        Map.copyOf(ids), tokens, special, new TokenDecoder(json.path("decoder")));
  }

  private static int id(Path file, JsonNode id) throws IOException {
    if (!id.isInt() || id.asInt() < 0 || id.asInt() > GREATEST_ID) {
      throw new IOException(file + " is damaged: a token has the id " + id + "; get it again");
    }
    return id.asInt();
  }
}
