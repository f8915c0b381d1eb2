package dev.triptych.bench;

import dev.triptych.api.Placement;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How far a decoder in bfloat16 and int8 is from itself in float32: after each token of a text. */
public final class Int8Error {

  /** The beginning of Alice's Adventures in Wonderland (Carroll, 1865), and of 背影 (朱自清, 1925). */
  private static final List<String> TEXTS =
      List.of(
          "Alice was beginning to get very tired of sitting by her sister on the bank, and of having"
              + " nothing to do: once or twice she had peeped into the book her sister was reading,"
              + " but it had no pictures or conversations in it, and what is the use of a book,"
              + " thought Alice, without pictures or conversations? So she was considering in her"
              + " own mind (as well as she could, for the hot day made her feel very sleepy and"
              + " stupid), whether the pleasure of making a daisy-chain would be worth the trouble"
              + " of getting up and picking the daisies, when suddenly a White Rabbit with pink eyes"
              + " ran close by her.",
          "我与父亲不相见已二年余了，我最不能忘记的是他的背影。那年冬天，祖母死了，父亲的差使也交卸了，" + "正是祸不单行的日子，我从北京到徐州，打算跟着父亲奔丧回家。");

  private Int8Error() {}

  /** Prints a table; arguments: FOLDER of a decoder with real weights. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("usage: Int8Error FOLDER");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]);
    float[][][] exact = logits(folder, "float32");
    System.out.println("| type | relative error of the logits | same likeliest token |");
    System.out.println("|---|---|---|");
    for (String dtype : List.of("bfloat16", "int8")) {
      float[][][] found = logits(folder, dtype);
      double apart = 0;
      double size = 0;
      int same = 0;
      int count = 0;
      for (int text = 0; text < exact.length; text++) {
        for (int i = 0; i < exact[text].length; i++) {
          float[] a = exact[text][i];
          float[] b = found[text][i];
          for (int j = 0; j < a.length; j++) {
            apart += (a[j] - b[j]) * (a[j] - b[j]);
            size += a[j] * a[j];
          }
          same += argmax(a) == argmax(b) ? 1 : 0;
          count++;
        }
      }
      System.out.printf(
          "| %s | %.4f | %.1f %% of %d |%n",
          dtype, Math.sqrt(apart / size), 100.0 * same / count, count);
    }
  }

  /** Reads each text token by token, as in decoding. */
  private static float[][][] logits(Path folder, String dtype) throws IOException {
    try (LanguageModel model = LanguageModels.load(folder, Placement.of("cpu", dtype))) {
      float[][][] all = new float[TEXTS.size()][][];
      for (int text = 0; text < all.length; text++) {
        int[] ids = model.tokenizer().encode(TEXTS.get(text));
        all[text] = new float[ids.length][];
        try (Continuation row = model.open(1)) {
          for (int i = 0; i < ids.length; i++) {
            all[text][i] = row.step(ids[i])[0];
          }
        }
      }
      return all;
    }
  }

  private static int argmax(float[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }
}
