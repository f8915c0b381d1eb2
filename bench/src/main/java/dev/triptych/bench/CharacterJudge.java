package dev.triptych.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * A judge of what a Chinese text is about that no generator has ever used: character vectors from
 * poems on which the poem model was not trained.
 *
 * <p>The poems are the 词 and those 诗 that training refuses for their rhyme or tones; the poems that
 * training holds out stay unread, being measured themselves. Characters that stand near each other,
 * or in title and poem, are counted; the counts become positive pointwise mutual information with
 * smoothed contexts and its leading eigenvectors (Levy, Goldberg and Dagan, 2015). A text is the
 * sum of its characters' vectors, frequent characters counting less (Arora, Liang and Ma, 2017).
 */
final class CharacterJudge {
  private static final int CHARACTERS = 3_000;
  private static final int DIMENSIONS = 150; // at most half of the characters
  private static final int ROUNDS = 4; // of subspace iteration
  private static final int WINDOW = 10;
  private static final double SMOOTH = 0.75;
  private static final double RARE = 1e-3; // frequency from which a character counts less

  private final Map<Integer, Integer> places = new HashMap<>(); // by code point
  private final double[] weight; // (characters)
  private final float[][] vectors; // (characters, dimensions), unit length
  private final int dimensions;
  private final double[] usual; // of running text

  private CharacterJudge(List<int[]> texts) {
    Map<Integer, Integer> counts = new HashMap<>();
    long all = 0;
    for (int[] text : texts) {
      for (int c : text) {
        counts.merge(c, 1, Integer::sum);
        all++;
      }
    }
    List<Integer> frequent =
        counts.keySet().stream()
            .sorted(Comparator.comparing((Integer c) -> -counts.get(c)).thenComparing(c -> c))
            .limit(CHARACTERS)
            .toList();
    frequent.forEach(c -> places.put(c, places.size()));
    weight = new double[frequent.size()];
    double[] share = new double[frequent.size()];
    for (int i = 0; i < weight.length; i++) {
      share[i] = (double) counts.get(frequent.get(i)) / all;
      weight[i] = RARE / (RARE + share[i]);
    }
    dimensions = Math.min(DIMENSIONS, weight.length / 2);
    usual = new double[dimensions];
    vectors = leading(information(texts), dimensions);
    double total = 0;
    for (int i = 0; i < weight.length; i++) {
      for (int d = 0; d < dimensions; d++) {
        usual[d] += share[i] * weight[i] * vectors[i][d];
      }
      total += share[i] * weight[i];
    }
    for (int d = 0; d < dimensions; d++) {
      usual[d] /= total;
    }
  }

  /** Learns from {@code poems-zh.jsonl.gz} and {@code poems-ci.jsonl.gz}. */
  static CharacterJudge learn(Path data) throws IOException {
    List<int[]> texts = new ArrayList<>();
    read(data.resolve("poems-zh.jsonl.gz"), false, texts);
    read(data.resolve("poems-ci.jsonl.gz"), true, texts);
    return new CharacterJudge(texts);
  }

  /** Learns from texts; what is no Han character is left out. */
  static CharacterJudge learn(List<String> texts) {
    return new CharacterJudge(texts.stream().map(CharacterJudge::characters).toList());
  }

  private static int[] characters(String text) {
    return text.codePoints().filter(Character::isIdeographic).toArray();
  }

  private static void read(Path file, boolean all, List<int[]> texts) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String row = reader.readLine(); row != null; row = reader.readLine()) {
        JsonNode poem = mapper.readTree(row);
        boolean trained =
            !poem.path("rhyme").asText().isEmpty() && poem.path("tonal_errors").asInt() <= 1;
        if (all || !trained) {
          StringBuilder text = new StringBuilder(all ? "" : poem.path("title").asText());
          poem.path("lines").forEach(line -> text.append(line.asText()));
          texts.add(characters(text.toString()));
        }
      }
    }
  }

  /** Returns positive pointwise mutual information, symmetric. */
  private float[][] information(List<int[]> texts) {
    int n = places.size();
    float[][] near = new float[n][n];
    for (int[] text : texts) {
      int[] at = new int[text.length];
      for (int i = 0; i < text.length; i++) {
        at[i] = places.getOrDefault(text[i], -1);
        for (int j = Math.max(0, i - WINDOW); j < i; j++) {
          if (at[i] >= 0 && at[j] >= 0 && at[i] != at[j]) {
            near[at[i]][at[j]]++;
            near[at[j]][at[i]]++;
          }
        }
      }
    }
    double[] sums = new double[n];
    double all = 0;
    double smoothed = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        sums[i] += near[i][j];
      }
      all += sums[i];
      smoothed += Math.pow(sums[i], SMOOTH);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double here = near[i][j] / all;
        double chance =
            Math.max(
                sums[i] / all * Math.pow(sums[j], SMOOTH) / smoothed,
                sums[j] / all * Math.pow(sums[i], SMOOTH) / smoothed);
        float gain = here == 0 ? 0 : (float) Math.max(0, Math.log(here / chance));
        near[i][j] = gain;
        near[j][i] = gain;
      }
    }
    return near;
  }

  /** Returns rows of U√|Λ| for the leading eigenvectors, brought to unit length. */
  private static float[][] leading(float[][] matrix, int dimensions) {
    int n = matrix.length;
    SplittableRandom random = new SplittableRandom(1);
    float[][] basis = new float[dimensions][n];
    for (float[] row : basis) {
      for (int i = 0; i < n; i++) {
        row[i] = (float) (random.nextDouble() - 0.5);
      }
    }
    double[] strength = new double[dimensions];
    for (int round = 0; round < ROUNDS; round++) {
      float[][] next = new float[dimensions][n];
      for (int d = 0; d < dimensions; d++) {
        for (int i = 0; i < n; i++) {
          float factor = basis[d][i];
          float[] row = matrix[i];
          for (int j = 0; j < n; j++) {
            next[d][j] += factor * row[j];
          }
        }
        for (int e = 0; e < d; e++) {
          double along = dot(next[d], next[e]);
          for (int j = 0; j < n; j++) {
            next[d][j] -= (float) (along * next[e][j]);
          }
        }
        strength[d] = Math.sqrt(dot(next[d], next[d]));
        for (int j = 0; j < n; j++) {
          next[d][j] /= (float) strength[d];
        }
      }
      basis = next;
    }
    float[][] rows = new float[n][dimensions];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimensions; d++) {
        rows[i][d] = (float) (basis[d][i] * Math.sqrt(strength[d]));
      }
      double length = Math.sqrt(dot(rows[i], rows[i])) + 1e-12;
      for (int d = 0; d < dimensions; d++) {
        rows[i][d] /= (float) length;
      }
    }
    return rows;
  }

  /** Returns what the text is about, at unit length; zeros if no character is known. */
  float[] read(String text) {
    double[] sum = new double[dimensions];
    for (int c : text.codePoints().toArray()) {
      Integer place = places.get(c);
      for (int d = 0; place != null && d < dimensions; d++) {
        sum[d] += weight[place] * (vectors[place][d] - usual[d]);
      }
    }
    double length = 1e-12;
    for (double x : sum) {
      length += x * x;
    }
    float[] read = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      read[d] = (float) (sum[d] / Math.sqrt(length));
    }
    return read;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * (double) b[i];
    }
    return sum;
  }
}
