package dev.triptych.models.language;

import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A model folder's tokenizer, loaded when it is first asked for: ids alone need none. */
final class FolderTokenizer implements AutoCloseable {

  private final Path folder;
  private Tokenizer tokenizer; // guarded by this

  FolderTokenizer(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the tokenizer.
   *
   * @throws UncheckedIOException if the folder has none, or a damaged one
   */
  synchronized Tokenizer get() {
    if (tokenizer == null) {
      try {
        tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return tokenizer;
  }

  @Override
  public synchronized void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
