package dev.triptych.text;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The word pairs of classical verse, and which of them lie nearest to a prompt.
 *
 * <p>The commonest pairs come with their sentence vectors by bge-small-zh-v1.5, so that a subject
 * that no Tang poet knew, such as a parcel service, finds the courier's inn.
 */
final class ThemeWords {
  private final List<String> words;
  private final Set<String> known;
  private final float[] mean;
  private final byte[][] vectors;

  private ThemeWords(List<String> words, float[] mean, byte[][] vectors) {
    this.words = words;
    this.known = new HashSet<>(words);
    this.mean = mean;
    this.vectors = vectors;
  }

  /** Returns the bundle's words. */
  static ThemeWords load() throws IOException {
    try (InputStream text = ThemeWords.class.getResourceAsStream("theme-words.txt");
        InputStream bytes = ThemeWords.class.getResourceAsStream("theme-vectors.bin")) {
      if (text == null || bytes == null) {
        throw new IOException("the bundle lacks its theme words");
      }
      List<String> words =
          new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))
              .lines()
              .filter(line -> !line.startsWith("#"))
              .toList();
      return read(words, bytes);
    }
  }

  /**
   * Reads the vectors of the first words.
   *
   * @throws IOException if the numbers do not fit or the file ends early
   */
  static ThemeWords read(List<String> words, InputStream bytes) throws IOException {
    DataInputStream data = new DataInputStream(new BufferedInputStream(bytes));
    int count = data.readInt();
    int size = data.readInt();
    if (count < 0 || count > words.size() || size < 1 || size > 4096) {
      throw new IOException(
          "theme vectors: "
              + count
              + " of "
              + size
              + " numbers do not fit "
              + words.size()
              + " words");
    }
    float[] mean = new float[size];
    for (int k = 0; k < size; k++) {
      mean[k] = data.readFloat();
    }
    byte[][] vectors = new byte[count][size];
    for (byte[] vector : vectors) {
      data.readFully(vector);
    }
    return new ThemeWords(words, mean, vectors);
  }

  /** Returns whether the pair is known. */
  boolean contains(String pair) {
    return known.contains(pair);
  }

  /**
   * Returns the words nearest to a sentence, nearest first; none if its vector is of another
   * length.
   *
   * @param sentence unit vector by bge-small-zh-v1.5
   */
  List<String> near(float[] sentence, int most) {
    if (sentence.length != mean.length) {
      return List.of();
    }
    double[] likeness = new double[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      for (int k = 0; k < mean.length; k++) {
        likeness[i] += (sentence[k] - mean[k]) * vectors[i][k];
      }
    }
    List<String> near = new ArrayList<>();
    IntStream.range(0, vectors.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -likeness[i]))
        .limit(most)
        .forEach(i -> near.add(words.get(i)));
    return near;
  }
}
