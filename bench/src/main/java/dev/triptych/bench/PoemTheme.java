package dev.triptych.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Asks a judge whether a poem's body is nearest the prompt that it was written for. */
final class PoemTheme {
  /** A prompt, and whether its subject is one of our time. */
  record Prompt(String text, boolean modern) {}

  private static final int AMONG = 20;
  private static final int DRAWS = 20; // of the nineteen others, evened out
  private final Function<String, float[]> judge;

  /**
   * Takes a judge.
   *
   * @param judge turns a text into a vector of unit length
   */
  PoemTheme(Function<String, float[]> judge) {
    this.judge = judge;
  }

  /** Prints a row of the table. */
  void row(String name, List<Prompt> prompts, List<String> poems) {
    List<String> bodies = new ArrayList<>();
    List<String> masked = new ArrayList<>();
    for (int i = 0; i < poems.size(); i++) {
      String body =
          poems.get(i).lines().filter(l -> !l.startsWith("# ")).collect(Collectors.joining("，"));
      Set<Integer> own = new HashSet<>(prompts.get(i).text().codePoints().boxed().toList());
      bodies.add(body);
      masked.add(
          body.codePoints()
              .filter(c -> !own.contains(c))
              .mapToObj(Character::toString)
              .collect(Collectors.joining()));
    }
    List<float[]> asked = encode(prompts.stream().map(Prompt::text).toList());
    double[] plain = rates(prompts, asked, encode(bodies));
    double[] without = rates(prompts, asked, encode(masked));
    System.out.printf(
        "| %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% |%n",
        name, plain[0], plain[1], without[0], without[1]);
  }

  private List<float[]> encode(List<String> texts) {
    return texts.stream().map(judge).toList();
  }

  /** Returns hits in percent: of all, and of the modern prompts. */
  private static double[] rates(List<Prompt> prompts, List<float[]> asked, List<float[]> bodies) {
    SplittableRandom random = new SplittableRandom(20);
    double[] hits = new double[2];
    double[] tries = new double[2];
    for (int i = 0; i < bodies.size(); i++) {
      for (int draw = 0; draw < DRAWS; draw++) {
        boolean nearest = true;
        double own = likeness(asked.get(i), bodies.get(i));
        Set<Integer> others = new HashSet<>();
        while (others.size() < Math.min(AMONG, asked.size()) - 1) {
          int other = random.nextInt(asked.size());
          if (other != i && others.add(other)) {
            nearest &= likeness(asked.get(other), bodies.get(i)) < own;
          }
        }
        for (int kind = 0; kind < (prompts.get(i).modern() ? 2 : 1); kind++) {
          tries[kind]++;
          hits[kind] += nearest ? 1 : 0;
        }
      }
    }
    return new double[] {100 * hits[0] / tries[0], tries[1] == 0 ? 0 : 100 * hits[1] / tries[1]};
  }

  private static double likeness(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
