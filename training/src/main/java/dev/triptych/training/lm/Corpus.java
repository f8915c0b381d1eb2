package dev.triptych.training.lm;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Token sequences to train a language model on, and others kept apart to measure it. */
public interface Corpus {

  /**
   * One sequence of tokens.
   *
   * @param ids from the first token to the last
   * @param counted which tokens the model is to predict, one for each id; the first never counts
   */
  record Sample(int[] ids, boolean[] counted) {
    /** Checks that both have one length. */
    public Sample {
      if (ids.length != counted.length) {
        throw new IllegalArgumentException(ids.length + " ids, but " + counted.length + " counted");
      }
    }

    /**
     * Puts sequences one after the other into a row; the last may be cut.
     *
     * @param length tokens of the row at most
     * @param room tokens that must be left for another sequence to begin
     */
    public static Sample row(int length, int room, Supplier<Sample> next) {
      int[] ids = new int[length];
      boolean[] counted = new boolean[length];
      int filled = 0;
      while (length - filled >= room) {
        Sample one = next.get();
        int part = Math.min(one.ids.length, length - filled);
        System.arraycopy(one.ids, 0, ids, filled, part);
        System.arraycopy(one.counted, 0, counted, filled, part);
        filled += part;
      }
      return new Sample(Arrays.copyOf(ids, filled), Arrays.copyOf(counted, filled));
    }
  }

  /**
   * Draws one training row; what is random (the choice, an order, a key) comes from {@code random}.
   *
   * @param length tokens at most; a row may hold several short texts one after the other
   */
  Sample draw(RandomGenerator random, int length);

  /** Returns every training sequence once, for counting models. */
  Iterable<Sample> training();

  /** Returns the sequences kept apart, always the same and in one order, none over the length. */
  List<Sample> heldOut(int length);
}
