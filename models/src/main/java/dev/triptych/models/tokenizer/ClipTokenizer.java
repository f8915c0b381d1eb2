package dev.triptych.models.tokenizer;

import dev.triptych.models.message.Excerpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tokenizer of CLIP's text model, from a folder that has {@code vocab.json} and {@code
 * merges.txt}, or {@code tokenizer.json}.
 *
 * <p>transformers has two, and they differ: {@code CLIPTokenizer}, which the pipelines of Stable
 * Diffusion name, drops control characters and reads each Chinese character as a word; {@code
 * CLIPTokenizerFast} does neither. {@link #load} gives the first (as it is without the package
 * ftfy, which transformers does not ask for), {@link #loadFast} the second. Reference: transformers
 * 4.53, {@code tokenization_clip.py} and {@code tokenization_clip_fast.py}.
 *
 * <pre>{@code
 * try (ClipTokenizer tokenizer = ClipTokenizer.load(folder.resolve("tokenizer"))) {
 *   int[] ids = tokenizer.encode("a red fox"); // 77 ids: start, text, end, padding
 * }
 * }</pre>
 *
 * <p>Safe from many threads.
 */
public final class ClipTokenizer implements AutoCloseable {

  /** The token before a text, where the folder names no other. */
  static final String START = "<|startoftext|>";

  /** The token after a text, where the folder names no other. */
  static final String END = "<|endoftext|>";

  /** A word of CLIPTokenizer, of a text in small letters. */
  private static final Pattern WORD =
      Pattern.compile(
          Pattern.quote(START) + "|" + Pattern.quote(END) + "|" + ClipConversion.WORDS,
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

  private final Tokenizer tokenizer;
  private final boolean fast;
  private final Pattern added; // the tokens that are looked for in the raw text
  private final int start;
  private final int end;
  private final int pad;
  private final int length;

  private ClipTokenizer(Path folder, ClipConversion files, Tokenizer tokenizer, boolean fast)
      throws IOException {
    this.tokenizer = tokenizer;
    this.fast = fast;
    added = oneOf(files.added().keySet());
    start = id(folder, files.special("bos_token", START));
    end = id(folder, files.special("eos_token", END));
    pad = id(folder, files.special("pad_token", END));
    length = files.length();
  }

  private int id(Path folder, String token) throws IOException {
    int id = tokenizer.id(token);
    if (id < 0) {
      throw new IOException(
          folder
              + ": the vocabulary lacks the special token "
              + Excerpt.of(token)
              + "; get the model again");
    }
    return id;
  }

  /** The longest token first, as transformers' trie finds them. */
  private static Pattern oneOf(Collection<String> tokens) {
    return Pattern.compile(
        tokens.stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|")));
  }

  /**
   * Loads a tokenizer that reads as {@code CLIPTokenizer} does, or as {@code CLIPTokenizerFast} if
   * the folder has a {@code tokenizer.json} only.
   *
   * @param folder such as {@code tokenizer} in the folder of a pipeline
   * @throws IOException if a file is missing or damaged
   */
  public static ClipTokenizer load(Path folder) throws IOException {
    return load(folder, !new ClipConversion(folder).hasVocabulary());
  }

  /**
   * Loads a tokenizer that reads as {@code CLIPTokenizerFast} does; see {@link #load(Path)}.
   *
   * @throws IOException if a file is missing or damaged
   */
  public static ClipTokenizer loadFast(Path folder) throws IOException {
    return load(folder, true);
  }

  private static ClipTokenizer load(Path folder, boolean fast) throws IOException {
    ClipConversion files = new ClipConversion(folder);
    Path json = folder.resolve("tokenizer.json");
    if (!files.hasVocabulary() && !Files.exists(json)) {
      throw new IOException(
          folder + " has no vocab.json with merges.txt and no tokenizer.json; get the model again");
    }
    Tokenizer tokenizer =
        fast && Files.exists(json)
            ? Tokenizer.load(json)
            : Tokenizer.of(
                folder.resolve("vocab.json"), fast ? files.convert() : files.convertForWords());
    try {
      return new ClipTokenizer(folder, files, tokenizer, fast);
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Returns the ids of a text alone: no start, no end, not cut. */
  public int[] ids(String text) {
    if (fast) {
      return tokenizer.encode(text);
    }
    IntStream.Builder ids = IntStream.builder();
    Matcher found = added.matcher(text);
    int from = 0;
    while (found.find()) {
      words(text.substring(from, found.start()), ids);
      ids.add(tokenizer.id(found.group()));
      from = found.end();
    }
    words(text.substring(from), ids);
    return ids.build().toArray();
  }

  private void words(String text, IntStream.Builder ids) {
    for (Matcher word = WORD.matcher(cleaned(text)); word.find(); ) {
      if (word.group().equals(START) || word.group().equals(END)) {
        ids.add(tokenizer.id(word.group()));
      } else {
        Arrays.stream(tokenizer.encode(word.group())).forEach(ids::add);
      }
    }
  }

  /**
   * What {@code CLIPTokenizer} does to a text: control characters go, Chinese characters stand
   * alone, white space is one space, letters are small (its BasicTokenizer).
   *
   * <p>Code points that are still free go too, but for those among the emoji: each year's table has
   * more of them, and Python's may be newer than Java's.
   */
  private static String cleaned(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isSpace(c)) {
                clean.append(' ');
              } else if (isChinese(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
              } else if (!isDropped(c)) {
                clean.appendCodePoint(c);
              }
            });
    String composed = Normalizer.normalize(clean, Normalizer.Form.NFC);
    return composed.strip().toLowerCase(Locale.ROOT);
  }

  private static boolean isSpace(int c) {
    return switch (Character.getType(c)) {
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> c == '\t' || c == '\n' || c == '\r';
    };
  }

  private static boolean isDropped(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      case Character.UNASSIGNED -> c < 0x1f000 || c > 0x1faff;
      default -> c == 0xfffd;
    };
  }

  private static boolean isChinese(int c) {
    return c >= 0x4e00 && c <= 0x9fff
        || c >= 0x3400 && c <= 0x4dbf
        || c >= 0x20000 && c <= 0x2a6df
        || c >= 0x2a700 && c <= 0x2b73f
        || c >= 0x2b740 && c <= 0x2b81f
        || c >= 0x2b820 && c <= 0x2ceaf
        || c >= 0xf900 && c <= 0xfaff
        || c >= 0x2f800 && c <= 0x2fa1f;
  }

  /**
   * Returns the ids that the text model reads: start, the text, end, and padding up to {@link
   * #length()}; a longer text is cut.
   */
  public int[] encode(String text) {
    return framed(ids(text), length);
  }

  /**
   * Returns ids between start and end, cut or padded to a length.
   *
   * @throws IllegalArgumentException if the length has no place for start and end
   */
  public int[] framed(int[] ids, int length) {
    if (length < 2) {
      throw new IllegalArgumentException("a text of " + length + " tokens has no start and end");
    }
    int taken = Math.min(ids.length, length - 2);
    int[] framed = new int[length];
    Arrays.fill(framed, pad);
    framed[0] = start;
    System.arraycopy(ids, 0, framed, 1, taken);
    framed[taken + 1] = end;
    return framed;
  }

  /** Returns the text of ids, special tokens left out. */
  public String decode(int... ids) {
    int[] text = Arrays.stream(ids).filter(id -> id != start && id != end && id != pad).toArray();
    return tokenizer.decode(text).replace("</w>", " ").strip();
  }

  /** Returns the id before a text. */
  public int start() {
    return start;
  }

  /** Returns the id after a text. */
  public int end() {
    return end;
  }

  /** Returns the id that fills up a text: that of the end in most models, of "!" in others. */
  public int pad() {
    return pad;
  }

  /** Returns how many tokens a text has for the model, with start and end: 77. */
  public int length() {
    return length;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
