package dev.triptych.models.generation;

import dev.triptych.models.generation.form.Constraint;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One continuation while it grows: its tokens, its random numbers, its form. */
final class Row {

  private final int index;
  private final int prompt;
  private final int most;
  private final Scores scores;
  private final int[] ends;
  private final StopStrings stops;
  private final RandomGenerator random; // null takes the likeliest
  private Constraint.State form; // null for none
  private int[] ids;
  private int length;
  private Finish finish;

  /**
   * Makes a row.
   *
   * @param index in the order of the results
   * @param start tokens before the first new one
   * @param most new tokens
   */
  Row(
      int index,
      int[] start,
      int most,
      Scores scores,
      GenerationConfig config,
      StopStrings stops,
      Constraint form) {
    this.index = index;
    this.prompt = start.length;
    this.most = most;
    this.scores = scores;
    this.ends = config.eosTokenIds();
    this.stops = stops;
    this.random =
        config.doSample()
            ? RandomGeneratorFactory.of("L64X128MixRandom")
                .create(config.seed() + index * 0x9E3779B97F4A7C15L)
            : null;
    this.form = form == null ? null : form.start();
    ids = Arrays.copyOf(start, start.length + 64);
    length = start.length;
  }

  /**
   * Takes the next token: the likeliest, or a drawn one. Each draw uses one random number, however
   * its logits were found.
   *
   * @param logits of every token; changed in place
   */
  void take(float[] logits, TokenListener listener) {
    scores.process(ids, length, form, logits);
    int id = random == null ? likeliest(logits) : draw(logits);
    if (id < 0) {
      finish = Finish.STUCK;
      return;
    }
    ids = length == ids.length ? Arrays.copyOf(ids, 2 * length) : ids;
    ids[length++] = id;
    if (form != null && !Penalties.contains(ends, id)) {
      form = form.after(id);
    }
    finish = finishAfter(id);
    listener.token(index, id);
  }

  private Finish finishAfter(int id) {
    if (Penalties.contains(ends, id)) {
      return Finish.END;
    } else if (stops.endWith(ids, length)) {
      return Finish.STOP;
    } else if (form != null && ends.length == 0 && form.finished()) {
      return Finish.COMPLETE;
    }
    return length - prompt == most ? Finish.LENGTH : null;
  }

  /** Returns the likeliest token, the first of equals, or -1 if all are forbidden. */
  static int likeliest(float[] logits) {
    int best = -1;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] > most) {
        most = logits[i];
        best = i;
      }
    }
    return best;
  }

  private int draw(float[] logits) {
    double left = random.nextDouble();
    int best = likeliest(logits);
    if (best < 0) {
      return best;
    }
    double[] odds = Filters.softmax(logits);
    int drawn = best;
    for (int i = 0; i < odds.length; i++) {
      if (odds[i] > 0) {
        drawn = i;
        left -= odds[i];
        if (left < 0) {
          break;
        }
      }
    }
    return drawn;
  }

  void cancel() {
    finish = Finish.CANCELLED;
  }

  /** Returns why the row ended, or null while it goes on. */
  Finish finish() {
    return finish;
  }

  int last() {
    return ids[length - 1];
  }

  int id(int position) {
    return ids[position];
  }

  int length() {
    return length;
  }

  /** Returns how many new tokens may still come. */
  int left() {
    return most - (length - prompt);
  }

  Generated result() {
    return new Generated(Arrays.copyOfRange(ids, prompt, length), finish, 0);
  }
}
