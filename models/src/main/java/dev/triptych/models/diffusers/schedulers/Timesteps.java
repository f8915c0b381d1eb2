package dev.triptych.models.diffusers.schedulers;

/**
 * The three ways to space steps over the training timesteps (table 2 of Lin et al., 2023), rounded
 * to even as numpy rounds.
 */
final class Timesteps {

  private Timesteps() {}

  static void check(int steps, int trainSteps) {
    if (steps < 1 || steps > trainSteps) {
      throw new IllegalArgumentException(
          "steps must be 1 to " + trainSteps + ", but " + steps + " were asked for");
    }
  }

  /** The first of {@code points} equal spaces from {@code last} down to 0, both ends included. */
  static int[] linspace(int last, int points) {
    int[] timesteps = new int[points];
    double step = points > 1 ? (double) last / (points - 1) : 0;
    for (int i = 0; i < points; i++) {
      int k = points - 1 - i;
      timesteps[i] = k == points - 1 && points > 1 ? last : (int) Math.rint(k * step);
    }
    return timesteps;
  }

  static int[] leading(int ratio, int steps, int offset, int trainSteps) {
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = Math.min((steps - 1 - i) * ratio + offset, trainSteps - 1);
    }
    return timesteps;
  }

  static int[] trailing(int last, double ratio, int atMost) {
    int count = Math.min((int) Math.ceil(last / ratio), atMost);
    int[] timesteps = new int[count];
    for (int i = 0; i < count; i++) {
      timesteps[i] = Math.max(0, (int) Math.rint(last - i * ratio) - 1);
    }
    return timesteps;
  }

  /** Returns {@code a · x + b · y}. */
  static float[] mixed(float[] x, double a, float[] y, double b) {
    float[] sum = new float[x.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) a * x[i] + (float) b * y[i];
    }
    return sum;
  }
}
