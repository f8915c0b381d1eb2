package org.example.haiku;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The model of this bundle: a Llama of half a million weights whose tokens are whole words, and the
 * table of their beats.
 *
 * <p>Immutable and safe from many threads, as the host demands: what a haiku changes is in {@link
 * HaikuLines}.
 */
public final class HaikuModel implements AutoCloseable, Weighed {

  /**
   * A word that the model knows.
   *
   * @param id its token
   * @param text as it stands inside of a line
   * @param beats syllables, or 1 for a Han character
   * @param theme whether a line can be about it
   * @param ends whether a line may end with it
   */
  record Word(int id, String text, int beats, boolean theme, boolean ends) {
    boolean chinese() {
      return Character.isIdeographic(text.codePointAt(0));
    }
  }

  private final Llama llama;
  private final Word[] words; // by token; null where the token is none

  private HaikuModel(Llama llama, Word[] words) {
    this.llama = llama;
    this.words = words;
  }

  /**
   * Loads a Hugging Face folder that also holds {@code beats.tsv}.
   *
   * @throws IOException if a file is missing or damaged, saying which
   */
  public static HaikuModel load(Path folder, Placement placement) throws IOException {
    Path table = folder.resolve("beats.tsv");
    List<String> rows = Files.readAllLines(table, UTF_8);
    Llama llama = Llama.load(folder, placement);
    try {
      return new HaikuModel(llama, words(table, rows, llama.tokenizer()));
    } catch (IOException | RuntimeException e) {
      llama.close();
      throw e;
    }
  }

  private static Word[] words(Path table, List<String> rows, Tokenizer tokenizer)
      throws IOException {
    Word[] words = new Word[tokenizer.size()];
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).startsWith("#")) {
        continue;
      }
      String[] cells = rows.get(i).split("\t", -1);
      int id = cells.length == 3 ? tokenizer.id(cells[0]) : -1;
      if (id < 0 || !cells[1].matches("[1-9]")) {
        throw new IOException(
            "%s, line %d: wanted a word of tokenizer.json, its beats and t or e"
                .formatted(table, i + 1));
      }
      words[id] =
          new Word(
              id,
              cells[0],
              Integer.parseInt(cells[1]),
              cells[2].contains("t"),
              cells[2].contains("e"));
    }
    return words;
  }

  /** Returns the decoder. */
  Llama llama() {
    return llama;
  }

  /** Returns the word of a token; empty for one that only says what follows. */
  Optional<Word> word(int token) {
    return Optional.ofNullable(words[token]);
  }

  /** Returns a word that a line can be about: as written, in small letters or without its s. */
  Optional<Word> theme(String text) {
    String small = text.toLowerCase(Locale.ROOT);
    return List.of(small, small.replaceAll("s$", ""), small.replaceAll("y$|ing$|es$", "")).stream()
        .mapToInt(llama.tokenizer()::id)
        .filter(id -> id >= 0 && words[id] != null && words[id].theme())
        .mapToObj(id -> words[id])
        .findFirst();
  }

  @Override
  public long mappedBytes() {
    return llama.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return llama.privateBytes();
  }

  @Override
  public void close() {
    llama.close();
  }
}
