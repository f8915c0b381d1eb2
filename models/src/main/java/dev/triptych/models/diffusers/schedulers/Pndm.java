package dev.triptych.models.diffusers.schedulers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Pseudo numerical methods of Liu et al., "Pseudo Numerical Methods for Diffusion Models on
 * Manifolds" (2022), as diffusers' {@code PNDMScheduler}: three steps of Runge and Kutta's method
 * (four calls of the model each) and then the linear multistep method; with {@code skip_prk_steps},
 * as Stable Diffusion has it, the linear multistep method alone.
 *
 * <p>As in diffusers, the state counts the calls made: a run that begins late goes through the
 * beginning of the method again.
 */
final class Pndm extends AlphaScheduler {

  private static final int ORDER = 4;

  private final Prediction prediction;
  private final float finalAlpha;
  private final int gap; // between steps
  private final int rungeKutta; // how many of the calls belong to it
  private final List<float[]> outputs = new ArrayList<>(); // the newest last
  private int calls;
  private float[] begun; // the sample where the step of several calls began
  private float[] weighed; // the outputs of the step so far

  Pndm(SchedulerConfig config, int steps) {
    super(NoiseSchedule.of(config, false), calls(config, steps));
    prediction = Prediction.noiseOrVelocity(config);
    finalAlpha = finalAlpha(config, false);
    gap = config.trainSteps() / steps;
    rungeKutta = config.flag("skip_prk_steps", false) ? 0 : 3 * ORDER;
  }

  private static int[] calls(SchedulerConfig config, int steps) {
    int[] falling = Timesteps.whole(config, steps);
    if (config.flag("skip_prk_steps", false)) {
      // the second timestep twice: there the first step is taken again, with the mean slope
      int[] calls = new int[steps == 1 ? 1 : steps + 1];
      for (int i = 0; i < calls.length; i++) {
        calls[i] = falling[i < 2 ? i : i - 1];
      }
      return calls;
    }
    if (steps < ORDER) {
      throw new IllegalArgumentException(
          config.where()
              + ": PNDMScheduler without skip_prk_steps takes 4 steps or more, but "
              + steps
              + " were asked for");
    }
    int half = config.trainSteps() / steps / 2;
    int[] calls = new int[3 * ORDER + steps - 3];
    for (int i = 0; i < 3; i++) {
      calls[4 * i] = falling[i];
      calls[4 * i + 1] = falling[i + 1] + half;
      calls[4 * i + 2] = falling[i + 1] + half;
      calls[4 * i + 3] = falling[i + 1];
    }
    System.arraycopy(falling, 3, calls, 3 * ORDER, steps - 3);
    return calls;
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    float[] after =
        calls < rungeKutta
            ? rungeKutta(modelOutput, timesteps[index], sample)
            : multistep(modelOutput, timesteps[index], sample);
    calls++;
    return after;
  }

  private float[] rungeKutta(float[] output, int timestep, float[] sample) {
    int stage = calls % 4;
    int begin = timesteps[calls / 4 * 4];
    int end = timestep - (calls % 2 == 0 ? gap / 2 : 0);
    float[] taken = output;
    switch (stage) {
      case 0 -> {
        weighed = Timesteps.mixed(output, 1 / 6.0, output, 0);
        outputs.add(output);
        begun = sample;
      }
      case 1, 2 -> weighed = Timesteps.mixed(weighed, 1, output, 1 / 3.0);
      default -> taken = Timesteps.mixed(weighed, 1, output, 1 / 6.0);
    }
    return moved(begun, begin, end, taken);
  }

  private float[] multistep(float[] output, int timestep, float[] sample) {
    int begin = timestep;
    int end = timestep - gap;
    if (calls == 1) {
      end = timestep;
      begin = timestep + gap;
      float[] mean = Timesteps.mixed(output, 0.5, outputs.get(0), 0.5);
      return moved(begun, begin, end, mean);
    }
    while (outputs.size() > 3) {
      outputs.remove(0);
    }
    outputs.add(output);
    if (calls == 0) {
      begun = sample;
    }
    double[] weights =
        switch (outputs.size()) {
          case 1 -> new double[] {1};
          case 2 -> new double[] {-1 / 2.0, 3 / 2.0};
          case 3 -> new double[] {5 / 12.0, -16 / 12.0, 23 / 12.0};
          default -> new double[] {-9 / 24.0, 37 / 24.0, -59 / 24.0, 55 / 24.0};
        };
    float[] taken = new float[output.length];
    for (int i = 0; i < taken.length; i++) {
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * outputs.get(k)[i];
      }
      taken[i] = (float) sum;
    }
    return moved(sample, begin, end, taken);
  }

  /** Formula (9) of the paper. */
  private float[] moved(float[] sample, int begin, int end, float[] output) {
    double alpha = schedule.alphaCumprod(Math.min(begin, schedule.steps() - 1));
    double alphaAfter = end >= 0 ? schedule.alphaCumprod(end) : finalAlpha;
    double signal = Math.sqrt(alpha);
    float[] epsilon = prediction.epsilon(output, sample, signal, Math.sqrt(1 - alpha));
    double below = alpha * Math.sqrt(1 - alphaAfter) + Math.sqrt(alpha * (1 - alpha) * alphaAfter);
    return Timesteps.mixed(
        sample, Math.sqrt(alphaAfter / alpha), epsilon, -(alphaAfter - alpha) / below);
  }
}
