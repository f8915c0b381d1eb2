package dev.triptych.models.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.message.Excerpt;
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
 * @param json what was checked, for the library to read
 */
record TokenizerFile(
    Map<String, Integer> ids, String[] tokens, BitSet special, TokenDecoder decoder, String json) {

  private static final int GREATEST_ID = 10_000_000;
  private static final long LARGEST = 256L << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // the library panics
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(100)
                          .maxStringLength(1 << 24)
                          .build())
                  .build())
          .build();

  /**
   * Reads and checks a file.
   *
   * @throws IOException if it is missing, or no tokenizer that the library can take
   */
  static TokenizerFile read(Path file) throws IOException {
    String text;
    try {
      if (Files.size(file) > LARGEST) {
        throw refused(file, "it has more than 256 MiB");
      }
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "the tokenizer is missing");
    } catch (CharacterCodingException e) {
      throw refused(file, "it is no UTF-8");
    }
    return parse(file, text);
  }

  /** Reads what a file holds, or would hold. */
  static TokenizerFile parse(Path file, String text) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw refused(file, "it is no JSON, or names something twice");
    }
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocab = json.path("model").path("vocab");
    if (vocab.isArray()) { // Unigram: pairs of token and score, in the order of ids
      for (int id = 0; id < vocab.size(); id++) {
        ids.putIfAbsent(vocab.get(id).path(0).asText(), id);
      }
    } else {
      BitSet seen = new BitSet();
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        int id = id(file, entry.getValue());
        if (seen.get(id)) {
          throw refused(file, "two tokens have the id " + id);
        }
        seen.set(id);
        ids.put(entry.getKey(), id);
      }
    }
    BitSet special = new BitSet();
    Map<Integer, String> added = added(file, json, ids, vocab.size(), special);
    if (ids.isEmpty()) {
      throw refused(file, "it has no vocabulary");
    }
    try {
      TokenizerSchema.check(json, ids);
    } catch (IllegalArgumentException e) {
      throw refused(file, e.getMessage());
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
    added.forEach((id, token) -> tokens[id] = token);
    boolean fits = true;
    for (String cutting : new String[] {"truncation", "padding"}) { // ours are never cut or filled
      if (json.hasNonNull(cutting)) {
        ((ObjectNode) json).putNull(cutting);
        fits = false;
      }
    }
    String checked = fits ? text : json.toString();
    return new TokenizerFile(ids, tokens, special, new TokenDecoder(json.path("decoder")), checked);
  }

  /**
   * Adds the added tokens with the ids that the library gives them: those of the vocabulary, and
   * for others the next ones after it, which a sound file says too.
   */
  private static Map<Integer, String> added(
      Path file, JsonNode json, Map<String, Integer> ids, int size, BitSet special)
      throws IOException {
    Map<Integer, String> added = new HashMap<>();
    int greatest = -1;
    for (JsonNode one : json.path("added_tokens")) {
      id(file, one.path("id"));
      String token = one.path("content").asText();
      int id = ids.getOrDefault(token, greatest >= size ? greatest + 1 : size);
      greatest = Math.max(greatest, id);
      ids.put(token, id);
      added.put(id, token);
      if (one.path("special").asBoolean()) {
        special.set(id);
      }
    }
    return added;
  }

  private static int id(Path file, JsonNode id) throws IOException {
    if (!id.isInt() || id.asInt() < 0 || id.asInt() > GREATEST_ID) {
      throw refused(file, "a token has the id " + id);
    }
    return id.asInt();
  }

  private static IOException refused(Path file, String why) {
    return new IOException(file + " is no tokenizer: " + Excerpt.of(why) + "; get it again");
  }
}
