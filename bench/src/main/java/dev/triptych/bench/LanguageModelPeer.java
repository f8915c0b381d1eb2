package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Our side of {@link LanguageModelSpeed}; the other is bench/python/language_peer.py. */
public final class LanguageModelPeer {

  private LanguageModelPeer() {}

  /**
   * Loads FOLDER in DTYPE, then answers {@code prefill N}, {@code decode N} and {@code batch N
   * ROWS} until the input ends.
   */
  public static void main(String[] arguments) throws IOException {
    Torch.start();
    long start = System.nanoTime();
    try (LanguageModel model =
        LanguageModels.load(Path.of(arguments[0]), Placement.of("cpu", arguments[1]))) {
      System.out.println("ready " + seconds(start));
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      Continuation row = null;
      float[] logits = null;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        int count = Integer.parseInt(words[1]);
        int[] ids = new int[0];
        if (words[0].equals("batch")) {
          System.out.println(batch(model, count, Integer.parseInt(words[2])));
          continue;
        }
        if (words[0].equals("prefill") && row != null) {
          row.close();
        }
        start = System.nanoTime();
        if (words[0].equals("prefill")) {
          row = model.open(1);
          logits = row.prefill(prompt(model, count))[0];
        } else {
          ids = new int[count];
          for (int i = 0; i < count; i++) {
            ids[i] = argmax(logits);
            logits = row.step(ids[i])[0];
          }
        }
        String result =
            Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(","));
        System.out.println(seconds(start) + " " + result);
      }
      if (row != null) {
        row.close();
      }
    }
  }

  /** Returns the seconds of so many steps of several rows at once, each after a prompt of 128. */
  private static double batch(LanguageModel model, int steps, int rows) {
    int[][] prompts = new int[rows][];
    for (int i = 0; i < rows; i++) {
      prompts[i] = prompt(model, 128);
      prompts[i][0] = i;
    }
    try (Continuation batch = model.open(rows)) {
      float[][] logits = batch.prefill(prompts);
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        logits = batch.step(Arrays.stream(logits).mapToInt(LanguageModelPeer::argmax).toArray());
      }
      return seconds(start);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** The numbers of language_peer.py's prompt. */
  private static int[] prompt(LanguageModel model, int length) {
    return IntStream.range(0, length).map(i -> 7919 * (i + 1) % model.vocabulary()).toArray();
  }

  private static int argmax(float[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }
}
