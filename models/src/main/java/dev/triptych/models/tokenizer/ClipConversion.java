package dev.triptych.models.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.message.Excerpt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the files of a CLIP tokenizer's folder say: its special tokens, and a {@code tokenizer.json}
 * where it has {@code vocab.json} and {@code merges.txt} only, as transformers' {@code
 * convert_slow_tokenizer.py} (CLIPConverter) makes it.
 */
final class ClipConversion {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long LARGEST = 64L << 20;
  private static final int MOST_MERGES = 49152 - 256 - 2; // as tokenization_clip.py reads

  /** What a word is. */
  static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

  private final Path folder;
  private final JsonNode config;
  private final JsonNode map;

  ClipConversion(Path folder) throws IOException {
    this.folder = folder;
    config = json(folder.resolve("tokenizer_config.json"));
    boolean written = config.has("added_tokens_decoder"); // then transformers reads nothing else
    map = written ? JSON.missingNode() : json(folder.resolve("special_tokens_map.json"));
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return JSON.missingNode();
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException(file + " is damaged: it has more than 64 MiB; get it again");
      }
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new IOException(file + " is damaged: it is no JSON; get it again", e);
    }
  }

  /** Returns a special token, such as that of {@code pad_token}. */
  String special(String key, String initial) {
    for (JsonNode named : List.of(map.path(key), config.path(key))) {
      JsonNode content = named.isObject() ? named.path("content") : named;
      if (content.isTextual() && !content.textValue().isEmpty()) {
        return content.textValue();
      }
    }
    return initial;
  }

  /** Returns how many tokens the text model reads, 77 where the folder does not say. */
  int length() throws IOException {
    JsonNode length = config.path("model_max_length");
    if (length.isMissingNode() || length.isNumber() && length.doubleValue() > 1e6) {
      return 77;
    }
    if (!length.isInt() || length.intValue() < 3) {
      throw new IOException(
          folder.resolve("tokenizer_config.json")
              + ": model_max_length = "
              + length
              + " must be a whole number from 3 on");
    }
    return length.intValue();
  }

  /**
   * Returns the tokens that are looked for in a text before it is split into words, each with
   * whether it is looked for in what was made lower case.
   */
  Map<String, Boolean> added() {
    Map<String, Boolean> added = new LinkedHashMap<>();
    for (JsonNode one : config.path("added_tokens_decoder")) {
      if (!one.path("content").asText().isEmpty()) {
        added.put(one.path("content").asText(), one.path("normalized").asBoolean(false));
      }
    }
    for (String key : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
      String initial = key.startsWith("bos") ? ClipTokenizer.START : ClipTokenizer.END;
      JsonNode named = map.has(key) ? map.path(key) : config.path(key);
      boolean normalized = !key.equals("pad_token"); // as the Python class makes a plain text
      added.putIfAbsent(special(key, initial), named.path("normalized").asBoolean(normalized));
    }
    return added;
  }

  /** Returns whether the folder has the two files from which the Python class reads. */
  boolean hasVocabulary() {
    return Files.isRegularFile(folder.resolve("vocab.json"))
        && Files.isRegularFile(folder.resolve("merges.txt"));
  }

  /**
   * Returns what the folder's tokenizer.json would hold.
   *
   * @throws IOException if {@code vocab.json} or {@code merges.txt} is damaged
   */
  String convert() throws IOException {
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    JsonNode vocab = vocabulary();
    ArrayNode added = json.putArray("added_tokens");
    for (Map.Entry<String, Boolean> one : added().entrySet()) {
      added
          .addObject()
          .put("id", vocab.path(one.getKey()).intValue())
          .put("content", one.getKey())
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", one.getValue())
          .put("special", true);
    }
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "NFC");
    normalizers
        .addObject()
        .put("type", "Replace")
        .put("content", " ")
        .putObject("pattern")
        .put("Regex", "\\s+");
    normalizers.addObject().put("type", "Lowercase");
    ArrayNode splits =
        json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    splits
        .addObject()
        .put("type", "Split")
        .put("behavior", "Removed")
        .put("invert", true)
        .putObject("pattern")
        .put("Regex", WORDS);
    byteLevel(splits.addObject(), false, true);
    bytePairs(json, vocab);
    return json.toString();
  }

  /**
   * Returns a tokenizer.json that reads one word as it is: no added tokens, no normalizer.
   *
   * @throws IOException if {@code vocab.json} or {@code merges.txt} is damaged
   */
  String convertForWords() throws IOException {
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    byteLevel(json.putObject("pre_tokenizer"), false, false);
    bytePairs(json, vocabulary());
    return json.toString();
  }

  private JsonNode vocabulary() throws IOException {
    JsonNode vocab = json(folder.resolve("vocab.json"));
    if (!vocab.isObject()) {
      throw damaged("vocab.json", "it is no JSON object");
    }
    for (String token : added().keySet()) {
      if (!vocab.path(token).isInt()) {
        throw damaged("vocab.json", "it lacks the special token " + Excerpt.of(token));
      }
    }
    return vocab;
  }

  private void bytePairs(ObjectNode json, JsonNode vocab) throws IOException {
    byteLevel(json.putObject("decoder"), true, true);
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.put("unk_token", special("unk_token", ClipTokenizer.END));
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "</w>");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", vocab);
    merges(vocab, model.putArray("merges"));
  }

  private static void byteLevel(ObjectNode part, boolean prefix, boolean split) {
    part.put("type", "ByteLevel").put("add_prefix_space", prefix).put("trim_offsets", true);
    part.put("use_regex", split);
  }

  private void merges(JsonNode vocab, ArrayNode merges) throws IOException {
    List<String> lines;
    try {
      if (Files.size(folder.resolve("merges.txt")) > LARGEST) {
        throw damaged("merges.txt", "it has more than 64 MiB");
      }
      lines = Files.readString(folder.resolve("merges.txt")).strip().lines().toList();
    } catch (CharacterCodingException e) {
      throw damaged("merges.txt", "it is no UTF-8");
    }
    for (int i = 1; i < Math.min(lines.size(), MOST_MERGES + 1); i++) { // line 0 is the version
      String[] pair = lines.get(i).strip().split("\\s+");
      if (pair.length != 2
          || !vocab.has(pair[0])
          || !vocab.has(pair[1])
          || !vocab.has(pair[0] + pair[1])) {
        throw damaged(
            "merges.txt",
            "line "
                + (i + 1)
                + " is no pair of tokens that make a third: "
                + Excerpt.of(lines.get(i)));
      }
      merges.addArray().add(pair[0]).add(pair[1]);
    }
  }

  private IOException damaged(String file, String why) {
    return new IOException(folder.resolve(file) + " is damaged: " + why + "; get it again");
  }
}
