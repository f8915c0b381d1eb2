package dev.triptych.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Whether SmolLM2-135M-Instruct says the same here as under transformers: the likeliest tokens
 * after the 20 prompts of bench/python/smollm2.py, in float32.
 *
 * <p>Where they part, transformers' two best logits must be nearly equal.
 */
public final class SmolLM2Check {

  /** Logits nearer than this may change places by rounding. */
  private static final double NEAR_TIE = 1e-3;

  private SmolLM2Check() {}

  /** Prints a row a prompt; arguments: PYTHON FOLDER; exit code 1 if a text differs. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 2) {
      System.err.println("usage: SmolLM2Check PYTHON FOLDER");
      System.exit(2);
    }
    String script = MeasuredProcess.script("smollm2.py").toString();
    Process python =
        new ProcessBuilder(arguments[0], script, arguments[1], "--answers")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int prompts = 0;
    int equal = 0;
    int ties = 0;
    double least = Double.MAX_VALUE;
    try (LanguageModel model =
            LanguageModels.load(Path.of(arguments[1]), Placement.of("cpu", "float32"));
        BufferedReader lines = python.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode answer = new ObjectMapper().readTree(line);
        int[] prompt = ints(answer.get("ids"));
        int[] theirs = ints(answer.get("greedy"));
        prompts++;
        if (!Arrays.equals(prompt, model.tokenizer().encode(answer.get("text").asText()))) {
          System.out.printf("| %s | our tokenizer makes other ids of it |%n", answer.get("prompt"));
          continue;
        }
        int same = same(model, prompt, theirs);
        for (int i = 0; i < same; i++) {
          least = Math.min(least, answer.get("margins").get(i).asDouble());
        }
        String verdict = "all equal";
        if (same == theirs.length) {
          equal++;
        } else {
          double margin = answer.get("margins").get(same).asDouble();
          ties += margin < NEAR_TIE ? 1 : 0;
          verdict = "equal for %d, then a margin of %.2g".formatted(same, margin);
        }
        System.out.printf("| %s | %s |%n", answer.get("prompt").asText(), verdict);
      }
    }
    int exit = python.waitFor();
    System.out.printf(
        "%d of %d equal in all tokens, %d up to a near tie; least margin of an equal token %.2g%n",
        equal, prompts, ties, least);
    System.exit(exit == 0 && prompts > 0 && equal + ties == prompts ? 0 : 1);
  }

  private static int[] ints(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).map(i -> numbers.get(i).asInt()).toArray();
  }

  /** Returns how many of their tokens are ours too, from the first. */
  private static int same(LanguageModel model, int[] prompt, int[] theirs) {
    try (Continuation row = model.open(1)) {
      float[] logits = row.prefill(prompt)[0];
      for (int i = 0; i < theirs.length; i++) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
          best = logits[id] > logits[best] ? id : best;
        }
        if (best != theirs[i]) {
          return i;
        }
        logits = row.step(best)[0];
      }
    }
    return theirs.length;
  }
}
