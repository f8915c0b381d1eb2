package org.example.pairs;

import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A table of word pairs, counted: a line of pairs.txt for each word, a number for each next one.
 */
final class PairsModel implements LanguageModel {
  private final float[][] counts; // (vocab, vocab)
  private final Tokenizer tokenizer;

  private PairsModel(float[][] counts, Tokenizer tokenizer) {
    this.counts = counts;
    this.tokenizer = tokenizer;
  }

  static PairsModel load(Path folder) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("pairs.txt"));
    float[][] counts = new float[lines.size()][lines.size()];
    for (int i = 0; i < lines.size(); i++) {
      String[] numbers = lines.get(i).split(" ");
      for (int j = 0; j < lines.size(); j++) {
        counts[i][j] = Float.parseFloat(numbers[j]);
      }
    }
    return new PairsModel(counts, Tokenizer.load(folder.resolve("tokenizer.json")));
  }

  /** Returns the logits after a word. */
  float[] after(int word) {
    return counts[word].clone();
  }

  @Override
  public String modelType() {
    return "word-pairs";
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public int vocabulary() {
    return counts.length;
  }

  @Override
  public int contextLength() {
    return 1024;
  }

  @Override
  public boolean encoderDecoder() {
    return false;
  }

  @Override
  public Continuation open(int rows) {
    return new PairsContinuation(this, new int[rows][0]);
  }

  @Override
  public Continuation open(int[]... sources) {
    throw new UnsupportedOperationException("pairs have no encoder");
  }

  @Override
  public long mappedBytes() {
    return 0;
  }

  @Override
  public long privateBytes() {
    return Arrays.stream(counts).mapToLong(row -> 4L * row.length).sum();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
