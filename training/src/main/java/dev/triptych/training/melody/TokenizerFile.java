package dev.triptych.training.melody;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.music.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the melody vocabulary as a Hugging Face tokenizer.json: words split at white space. */
final class TokenizerFile {
  private static final int SPECIAL = 3; // <pad>, <bos>, <eos>

  private TokenizerFile() {}

  /** Writes the file. */
  static void write(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    List<String> names = Vocabulary.names();
    for (int id = 0; id < SPECIAL; id++) {
      root.withArray("added_tokens")
          .addObject()
          .put("id", id)
          .put("content", names.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    root.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    root.putNull("post_processor");
    root.putNull("decoder");
    ObjectNode model = root.putObject("model").put("type", "WordLevel");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < names.size(); id++) {
      vocabulary.put(names.get(id), id);
    }
    model.put("unk_token", names.get(Vocabulary.PAD));
    Files.writeString(file, json.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }
}
