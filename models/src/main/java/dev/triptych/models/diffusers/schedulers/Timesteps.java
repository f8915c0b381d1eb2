package dev.triptych.models.diffusers.schedulers;

import java.util.Arrays;
import java.util.List;

/**
 * The three ways to space steps over the training timesteps (table 2 of Lin et al., 2023), rounded
 * to even as numpy rounds.
 */
final class Timesteps {

  private Timesteps() {}

  static void check(int steps, int most) {
    if (steps < 1 || steps > most) {
      throw new IllegalArgumentException(
          "steps must be 1 to " + most + ", but " + steps + " were asked for");
    }
  }

  static String spacing(SchedulerConfig config, String initially) {
    return config.choice("timestep_spacing", initially, List.of("linspace", "leading", "trailing"));
  }

  static int offset(SchedulerConfig config) {
    int offset = config.whole("steps_offset", 0);
    if (offset < 0 || offset >= config.trainSteps()) {
      throw config.refused("steps_offset", Integer.toString(offset));
    }
    return offset;
  }

  /** Whole timesteps as DDIM, DDPM and PNDM space them. */
  static int[] whole(SchedulerConfig config, int steps) {
    int train = config.trainSteps();
    check(steps, train);
    return switch (spacing(config, "leading")) {
      case "linspace" -> linspace(train - 1, steps);
      case "leading" -> leading(train / steps, steps, offset(config), train);
      default -> trailing(train, (double) train / steps, steps);
    };
  }

  /** Timesteps as Euler and its kin space them: between whole ones too. */
  static float[] between(SchedulerConfig config, int steps) {
    int train = config.trainSteps();
    check(steps, train);
    return switch (spacing(config, "linspace")) {
      case "linspace" -> {
        double step = steps > 1 ? (double) (train - 1) / (steps - 1) : 0;
        float[] timesteps = new float[steps];
        for (int i = 0; i < steps; i++) {
          timesteps[i] = i == 0 && steps > 1 ? train - 1 : (float) ((steps - 1 - i) * step);
        }
        yield timesteps;
      }
      case "leading" -> real(leading(train / steps, steps, offset(config), train));
      default -> real(trailing(train, (double) train / steps, steps));
    };
  }

  /** Whole timesteps as DPM-Solver and UniPC space them: one more, the last of which falls away. */
  static int[] dropping(SchedulerConfig config, int steps, int last) {
    int train = config.trainSteps();
    check(steps, train - 1);
    return switch (spacing(config, "linspace")) {
      case "linspace" -> Arrays.copyOf(linspace(last - 1, steps + 1), steps);
      case "leading" ->
          Arrays.copyOf(leading(last / (steps + 1), steps + 1, offset(config), train), steps);
      default -> trailing(last, (double) train / steps, steps);
    };
  }

  /** {@code points} equal spaces from {@code last} down to 0, both ends included. */
  static int[] linspace(int last, int points) {
    int[] timesteps = new int[points];
    double step = points > 1 ? (double) last / (points - 1) : 0;
    for (int i = 0; i < points; i++) {
      int k = points - 1 - i;
      timesteps[i] = k == points - 1 && points > 1 ? last : (int) Math.rint(k * step);
    }
    return timesteps;
  }

  private static int[] leading(int ratio, int steps, int offset, int trainSteps) {
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = Math.min((steps - 1 - i) * ratio + offset, trainSteps - 1);
    }
    return timesteps;
  }

  /** Where rounding gives diffusers one step too many, at timestep -1, it is left out here. */
  private static int[] trailing(int last, double ratio, int atMost) {
    int count = Math.min((int) Math.ceil(last / ratio), atMost);
    int[] timesteps = new int[count];
    for (int i = 0; i < count; i++) {
      timesteps[i] = Math.max(0, (int) Math.rint(last - i * ratio) - 1);
    }
    return timesteps;
  }

  static float[] real(int[] whole) {
    float[] real = new float[whole.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = whole[i];
    }
    return real;
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
