package dev.triptych.training.lm;

/**
 * How long to train: to a step or for a time, whichever is given, counted from the very first step
 * over all runs of one folder.
 *
 * <p>The learning rate falls along a half cosine to the end of the budget. A run that was cut goes
 * on where it was; one that was done and gets a larger budget goes on at the rate that the larger
 * one has there.
 *
 * @param steps in all, or 0
 * @param seconds of training in all, or 0
 */
public record Budget(long steps, double seconds) {

  /** Checks that exactly one is given. */
  public Budget {
    if (steps < 0 || seconds < 0 || (steps > 0) == (seconds > 0)) {
      throw new IllegalArgumentException("give either a number of steps or of minutes");
    }
  }

  /** Returns a budget of so many steps. */
  public static Budget steps(long steps) {
    return new Budget(steps, 0);
  }

  /** Returns a budget of so many minutes. */
  public static Budget minutes(double minutes) {
    return new Budget(0, minutes * 60);
  }

  /** Returns which share is spent, 1 or more when the training is over. */
  double spent(long stepsDone, double secondsDone) {
    return steps > 0 ? (double) stepsDone / steps : secondsDone / seconds;
  }

  /** Returns the share of the peak rate: a linear rise over the warm-up, then the cosine. */
  double rate(long stepsDone, double secondsDone, int warmup) {
    double cosine = 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, spent(stepsDone, secondsDone)));
    return Math.min(1, (stepsDone + 1.0) / Math.max(1, warmup)) * Math.max(0.01, cosine);
  }
}
