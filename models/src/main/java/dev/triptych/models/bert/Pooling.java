package dev.triptych.models.bert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How token states become one vector, as the files of {@code sentence-transformers} say it.
 *
 * @param first whether the first token's state is taken, and not the mean of all
 * @param length most tokens of a text, with the two special ones; what is beyond is cut off
 */
record Pooling(boolean first, int length) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads {@code 1_Pooling/config.json} and {@code sentence_bert_config.json}; without them, the
   * mean of all the positions that the model has.
   */
  static Pooling read(Path folder, BertConfig config) throws IOException {
    JsonNode pooling = json(folder.resolve("1_Pooling").resolve("config.json"));
    JsonNode limits = json(folder.resolve("sentence_bert_config.json"));
    boolean first = pooling.path("pooling_mode_cls_token").asBoolean(false);
    if (!first && !pooling.path("pooling_mode_mean_tokens").asBoolean(true)) {
      throw new IOException(folder + " pools by neither the mean nor the first token");
    }
    int length = limits.path("max_seq_length").asInt(config.positions());
    return new Pooling(first, Math.max(3, Math.min(length, config.positions())));
  }

  /** Writes both files, and the {@code modules.json} that names them. */
  void write(Path folder, int hidden) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling").resolve("config.json"),
        JSON.createObjectNode()
                .put("word_embedding_dimension", hidden)
                .put("pooling_mode_cls_token", first)
                .put("pooling_mode_mean_tokens", !first)
                .toPrettyString()
            + "\n");
    Files.writeString(
        folder.resolve("sentence_bert_config.json"),
        JSON.createObjectNode().put("max_seq_length", length).put("do_lower_case", false) + "\n");
    Files.writeString(
        folder.resolve("modules.json"),
        """
        [
          {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
          {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
          {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
        ]
        """);
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.exists(file)) {
      return JSON.missingNode();
    }
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
