package dev.triptych.models.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.triptych.models.Torch;
import dev.triptych.models.message.Excerpt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
  private final BitSet special;
  private final TokenDecoder decoder;

  private Tokenizer(HuggingFaceTokenizer tokenizer, TokenizerFile file) {
    this.tokenizer = tokenizer;
    ids = file.ids();
    tokens = file.tokens();
    special = file.special();
    decoder = file.decoder();
  }

  /**
   * Loads a tokenizer.
   *
   * @param file a {@code tokenizer.json}; if there is none but a SentencePiece model of T5 or Llama
   *     beside it, that one is converted
   * @throws IOException if the file is missing or no tokenizer
   */
  public static Tokenizer load(Path file) throws IOException {
    Torch.start();
    Path folder = file.toAbsolutePath().getParent();
    Optional<Path> pieces =
        Files.exists(file) ? Optional.empty() : SentencePieceConversion.find(folder);
    return pieces.isPresent()
        ? open(
            pieces.get(),
            TokenizerFile.parse(pieces.get(), SentencePieceConversion.convert(pieces.get())))
        : open(file, TokenizerFile.read(file));
  }

  /** Returns the tokenizer of a {@code tokenizer.json} that was made from other files. */
  static Tokenizer of(Path file, String json) throws IOException {
    Torch.start();
    return open(file, TokenizerFile.parse(file, json));
  }

  private static Tokenizer open(Path file, TokenizerFile checked) throws IOException {
    Map<String, String> options =
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    try (InputStream json = new ByteArrayInputStream(checked.json().getBytes(UTF_8))) {
      return new Tokenizer(HuggingFaceTokenizer.newInstance(json, options), checked);
    } catch (RuntimeException e) {
      throw new IOException(
          file + " is no tokenizer: " + Excerpt.of(e.getMessage()) + "; get it again", e);
    }
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
    Objects.requireNonNull(text);
    try {
      long[] wide = tokenizer.encode(text, special, false).getIds();
      return Arrays.stream(wide).mapToInt(Math::toIntExact).toArray();
    } catch (
        RuntimeException e) { // such as a character that is no token, and none for unknown ones
      throw new IllegalArgumentException(
          "the tokenizer cannot read this text: " + Excerpt.of(e.getMessage()), e);
    }
  }

  /** Returns the text of ids, special tokens and unknown ids left out. */
  public String decode(int... ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /**
   * Returns a stream that decodes ids as they come.
   *
   * @param before ids that stand before them and are not decoded, such as a prompt that is
   *     continued: a first token loses the space that its spelling begins with, one in the middle
   *     keeps it
   */
  public DecodeStream stream(int... before) {
    return new DecodeStream(this, decoder, before);
  }

  /**
   * Returns the bytes that a token adds in the middle of a text, perhaps part of a character; none
   * for special tokens and unknown ids, which add no text.
   */
  public byte[] bytes(int id) {
    return isText(id) ? decoder.inside(tokens[id]) : new byte[0];
  }

  /** Returns whether an id is a special token, such as an end of text. */
  public boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }

  /** Returns whether an id is a token that adds text. */
  boolean isText(int id) {
    return id >= 0 && id < tokens.length && tokens[id] != null && !special.get(id);
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
