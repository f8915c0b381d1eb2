package dev.triptych.training.budget;

/**
 * How long to train: to a step or for a time, whichever comes first, counted from the very first
 * step over all runs of one folder.
 *
 * <p>A run that was cut goes on where it was; one that was done and gets a larger budget goes on at
 * the rate that the larger one has there.
 *
 * @param steps in all; {@link Long#MAX_VALUE} for no bound
 * @param seconds of training in all; infinity for no bound
 */
public record Budget(long steps, double seconds) {

  /** How often a training writes a checkpoint. */
  public static final double CHECKPOINT_SECONDS = 180;

  private static final double FALL = 0.7; // share of the budget over which a plateau ends

  /** Checks that there is an end. */
  public Budget {
    if (!(steps > 0 && seconds > 0) || steps == Long.MAX_VALUE && Double.isInfinite(seconds)) {
      throw new IllegalArgumentException("give a number of steps or of minutes, above 0");
    }
  }

  /** Returns a budget of so many steps. */
  public static Budget steps(long steps) {
    return new Budget(steps, Double.POSITIVE_INFINITY);
  }

  /** Returns a budget of so many minutes. */
  public static Budget minutes(double minutes) {
    return new Budget(Long.MAX_VALUE, minutes * 60);
  }

  /** Returns which share is spent, 1 or more when the training is over. */
  public double spent(long stepsDone, double secondsDone) {
    return Math.max((double) stepsDone / steps, secondsDone / seconds);
  }

  /**
   * Returns the share of the peak rate, for language models: a linear rise over the warm-up, then
   * half a cosine to the end.
   */
  public double cosine(long stepsDone, double secondsDone, int warmup) {
    double cosine = 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, spent(stepsDone, secondsDone)));
    return risen(stepsDone, warmup) * Math.max(0.01, cosine);
  }

  /**
   * Returns the share of the peak rate, for diffusion models: a linear rise over the warm-up, a
   * plateau, and a straight fall to nothing over the last 70 %.
   */
  public double plateau(long stepsDone, double secondsDone, int warmup) {
    double left = Math.max(0, 1 - spent(stepsDone, secondsDone));
    return risen(stepsDone, warmup) * Math.min(1, left / FALL);
  }

  private static double risen(long stepsDone, int warmup) {
    return Math.min(1, (stepsDone + 1.0) / Math.max(1, warmup));
  }
}
