package dev.triptych.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Text to token ids and back, as Hugging Face's tokenizers library does it from a {@code
 * tokenizer.json}.
 *
 * <p>Safe from many threads.
 */
public final class Tokenizer implements AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Integer> ids;
  private final String[] tokens;

  private Tokenizer(HuggingFaceTokenizer tokenizer, Map<String, Integer> ids) {
    this.tokenizer = tokenizer;
    this.ids = ids;
    int last = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    tokens = new String[last + 1];
    ids.forEach((token, id) -> tokens[id] = token);
  }

  /**
   * Loads a tokenizer.
   *
   * @throws IOException if the file is missing or no tokenizer
   */
  public static Tokenizer load(Path file) throws IOException {
    Torch.start();
    Map<String, Integer> vocabulary = vocabulary(file);
    Map<String, String> options =
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    try {
      return new Tokenizer(HuggingFaceTokenizer.newInstance(file, options), vocabulary);
    } catch (RuntimeException e) {
      throw new IOException(file + " is no tokenizer: " + e.getMessage() + "; get it again", e);
    }
  }

  private static Map<String, Integer> vocabulary(Path file) throws IOException {
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
        ids.put(vocab.get(id).path(0).asText(), id);
      }
    } else {
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        ids.put(entry.getKey(), id(file, entry.getValue()));
      }
    }
    for (JsonNode added : json.path("added_tokens")) {
      ids.put(added.path("content").asText(), id(file, added.path("id")));
    }
    if (ids.isEmpty()) {
      throw new IOException(file + " is no tokenizer: it has no vocabulary; get it again");
    }
    return ids;
  }

  private static int id(Path file, JsonNode id) throws IOException {
    if (!id.isInt() || id.asInt() < 0 || id.asInt() > 10_000_000) {
      throw new IOException(file + " is damaged: a token has the id " + id + "; get it again");
    }
    return id.asInt();
  }

  /** Returns the ids of a text; no special tokens are added, those in the text are recognised. */
  public int[] encode(String text) {
    return encode(text, false);
  }

  /**
   * Returns the ids of a text with the special tokens that {@code tokenizer.json}'s post-processor
   * adds, such as {@code </s>} after what T5's encoder reads.
   */
  public int[] encodeWithSpecialTokens(String text) {
    return encode(text, true);
  }

  private int[] encode(String text, boolean special) {
    long[] wide = tokenizer.encode(Objects.requireNonNull(text), special, false).getIds();
    return Arrays.stream(wide).mapToInt(Math::toIntExact).toArray();
  }

  /** Returns the text of ids, special tokens left out. */
  public String decode(int... ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** Returns a token's id as the vocabulary spells it, or -1 if it is none. */
  public int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /**
   * Returns a token as the vocabulary spells it, or null if the id is none.
   *
   * @throws IndexOutOfBoundsException if the id is not from 0 to {@link #size()} - 1
   */
  public String token(int id) {
    return tokens[Objects.checkIndex(id, tokens.length)];
  }

  /** Returns one more than the greatest id. */
  public int size() {
    return tokens.length;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
