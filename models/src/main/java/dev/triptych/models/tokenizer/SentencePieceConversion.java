package dev.triptych.models.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.tokenizer.SentencePieceFile.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A {@code tokenizer.json} for a folder that has a SentencePiece model only, as transformers'
 * {@code convert_slow_tokenizer.py} makes it for T5 and for Llama.
 */
final class SentencePieceConversion {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SentencePieceFile model;
  private final JsonNode config;
  private final ObjectNode json = JSON.createObjectNode().put("version", "1.0");
  private final ArrayNode added = json.putArray("added_tokens");

  private SentencePieceConversion(SentencePieceFile model, JsonNode config) {
    this.model = model;
    this.config = config;
  }

  /** Returns the SentencePiece model of a folder, if it has one. */
  static Optional<Path> find(Path folder) {
    return Stream.of("spiece.model", "tokenizer.model", "sentencepiece.bpe.model")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Returns what a folder's tokenizer.json would hold.
   *
   * @throws IOException if the model is damaged, or of a family that is not converted here
   */
  static String convert(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    JsonNode config = json(folder.resolve("tokenizer_config.json"));
    String family =
        config
            .path("tokenizer_class")
            .asText(json(folder.resolve("config.json")).path("model_type").asText());
    SentencePieceConversion conversion =
        new SentencePieceConversion(SentencePieceFile.read(file), config);
    boolean bytePairs = conversion.model.bytePairs();
    if (family.matches("(?i)u?m?t5(Tokenizer(Fast)?)?") && !bytePairs) {
      return conversion.t5();
    }
    if (family.matches("(?i)(llama|mistral)(Tokenizer(Fast)?)?") && bytePairs) {
      return conversion.llama();
    }
    throw new IOException(
        "%s has no tokenizer.json, and its %s, of the family \"%s\", is not converted here; make one once"
                .formatted(folder, file.getFileName(), family)
            + " in Python with AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)");
  }

  private static JsonNode json(Path file) throws IOException {
    try {
      return Files.isRegularFile(file) ? JSON.readTree(file.toFile()) : JSON.missingNode();
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is damaged: it is no JSON; get it again", e);
    }
  }

  private String t5() {
    ObjectNode unigram = json.putObject("model").put("type", "Unigram");
    unigram.put("unk_id", model.unknown()).put("byte_fallback", false);
    ArrayNode vocab = unigram.putArray("vocab");
    List<Piece> pieces = model.pieces();
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      vocab.addArray().add(piece.text()).add((double) piece.score());
      boolean special = piece.isControl() || id == model.unknown();
      if (special || piece.isAdded()) {
        add(id, piece.text(), special);
      }
    }
    int extra = Math.max(0, Math.min(1000, config.path("extra_ids").asInt(100)));
    for (int i = extra - 1; i >= 0; i--) {
      add(vocab.size(), "<extra_id_" + i + ">", true);
      vocab.addArray().add("<extra_id_" + i + ">").add(0.0);
    }
    ArrayNode normalizers = sequence("normalizer", "normalizers");
    if (!model.charsmap().isEmpty()) {
      normalizers
          .addObject()
          .put("type", "Precompiled")
          .put("precompiled_charsmap", model.charsmap());
    }
    normalizers.addObject().put("type", "Strip").put("strip_left", false).put("strip_right", true);
    normalizers
        .addObject()
        .put("type", "Replace")
        .put("content", "▁")
        .putObject("pattern")
        .put("Regex", " {2,}");
    boolean legacy = config.path("legacy").asBoolean(true);
    for (String part : new String[] {"pre_tokenizer", "decoder"}) {
      json.putObject(part)
          .put("type", "Metaspace")
          .put("replacement", "▁")
          .put("prepend_scheme", legacy ? "always" : "first")
          .put("split", true);
    }
    template("", "</s>");
    return json.toString();
  }

  private String llama() {
    List<Piece> pieces = model.pieces();
    Map<String, Integer> ids = new HashMap<>();
    ObjectNode bytePairs = json.putObject("model").put("type", "BPE");
    bytePairs.put("unk_token", pieces.get(model.unknown()).text());
    bytePairs.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    ObjectNode vocab = bytePairs.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      vocab.put(piece.text(), id);
      ids.put(piece.text(), id);
      boolean special = piece.isControl() || id == model.unknown();
      if (special || piece.isAdded()) {
        add(id, piece.text(), special);
      }
    }
    ArrayNode merges = bytePairs.putArray("merges");
    merges(ids).forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
    for (Map.Entry<String, JsonNode> one : config.path("added_tokens_decoder").properties()) {
      String content = one.getValue().path("content").asText();
      if (one.getKey().matches("\\d{1,7}") && !ids.containsKey(content)) {
        add(Integer.parseInt(one.getKey()), content, one.getValue().path("special").asBoolean());
      }
    }
    boolean legacy = config.path("legacy").asBoolean(true);
    boolean prefix = config.path("add_prefix_space").asBoolean(true);
    if (legacy) {
      ArrayNode normalizers = sequence("normalizer", "normalizers");
      if (prefix) {
        normalizers.addObject().put("type", "Prepend").put("prepend", "▁");
      }
      replace(normalizers, " ", "▁");
    } else {
      json.putObject("pre_tokenizer")
          .put("type", "Metaspace")
          .put("replacement", "▁")
          .put("prepend_scheme", prefix ? "first" : "never")
          .put("split", false);
    }
    ArrayNode decoders = sequence("decoder", "decoders");
    replace(decoders, "▁", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    template(
        config.path("add_bos_token").asBoolean(true) ? named("bos_token", "<s>") : "",
        config.path("add_eos_token").asBoolean(false) ? named("eos_token", "</s>") : "");
    return json.toString();
  }

  /** Two pieces that become one, and the score of the one. */
  private record Merge(String left, String right, float score) {
    int length(String part) {
      return part.codePointCount(0, part.length());
    }
  }

  /** Returns every way to put a piece together from two others, the likeliest pieces first. */
  private List<Merge> merges(Map<String, Integer> ids) {
    List<Merge> all = new ArrayList<>();
    for (Piece piece : model.pieces()) {
      String text = piece.text();
      List<Merge> ways = new ArrayList<>();
      int cut = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
      while (cut < text.length() && text.length() <= 1024) {
        String left = text.substring(0, cut);
        String right = text.substring(cut);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          ways.add(new Merge(left, right, piece.score()));
        }
        cut = text.offsetByCodePoints(cut, 1);
      }
      ways.sort(
          Comparator.comparing((Merge way) -> ids.get(way.left()))
              .thenComparing(way -> ids.get(way.right())));
      all.addAll(ways);
    }
    all.sort(
        Comparator.comparing(Merge::score)
            .thenComparing(merge -> merge.length(merge.left()))
            .thenComparing(merge -> merge.length(merge.right()))
            .reversed());
    return all;
  }

  private String named(String key, String initial) {
    JsonNode token = config.path(key);
    return token.isObject() ? token.path("content").asText(initial) : token.asText(initial);
  }

  private void add(int id, String content, boolean special) {
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  private ArrayNode sequence(String part, String list) {
    return json.putObject(part).put("type", "Sequence").putArray(list);
  }

  private static void replace(ArrayNode list, String from, String to) {
    list.addObject()
        .put("type", "Replace")
        .put("content", to)
        .putObject("pattern")
        .put("String", from);
  }

  /** Adds a post-processor that puts a token before a text, after it, or none. */
  private void template(String before, String after) {
    ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
    ObjectNode tokens = JSON.createObjectNode();
    ArrayNode single = template.putArray("single");
    special(before, 0, single, tokens);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    special(after, 0, single, tokens);
    ArrayNode pair = template.putArray("pair").addAll(single);
    special(before, 1, pair, tokens);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    special(after, 1, pair, tokens);
    template.set("special_tokens", tokens);
  }

  private void special(String token, int type, ArrayNode list, ObjectNode tokens) {
    if (token.isEmpty()) {
      return;
    }
    int id = 0;
    while (id < model.pieces().size() && !model.pieces().get(id).text().equals(token)) {
      id++;
    }
    list.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
    ObjectNode defined = tokens.putObject(token).put("id", token);
    defined.putArray("ids").add(id);
    defined.putArray("tokens").add(token);
  }
}
