package dev.triptych.models.diffusers.schedulers;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The predictor and corrector of Zhao et al., "UniPC: A Unified Predictor-Corrector Framework for
 * Fast Sampling of Diffusion Models" (2023), as diffusers' {@code UniPCMultistepScheduler}.
 */
final class UniPc implements Scheduler {

  private final SolverWay way;
  private final Prediction prediction;
  private final Clip clip;
  private final int order;
  private final boolean ofOriginal; // solves for the original, not for the noise
  private final boolean exponential; // B(h) is e^h - 1 (bh2), not h (bh1)
  private final boolean lowerOrderFinal;
  private final Set<Integer> uncorrected;
  private final List<float[]> outputs = new ArrayList<>(); // converted, the newest first
  private float[] lastSample;
  private int lastOrder;

  UniPc(SchedulerConfig config, int steps) {
    prediction = Prediction.of(config);
    clip = Clip.threshold(config);
    order = config.whole("solver_order", 2);
    if (order < 1 || order > 4) {
      throw config.refused("solver_order", Integer.toString(order));
    }
    if (config.present("solver_p")) {
      throw config.refused("solver_p", "another solver");
    }
    exponential =
        !config
            .choice("solver_type", "bh2", List.of("bh1", "bh2", "midpoint", "heun", "logrho"))
            .equals("bh1"); // diffusers takes the names of other solvers for bh2
    ofOriginal = config.flag("predict_x0", true);
    lowerOrderFinal = config.flag("lower_order_final", true);
    if (Sigmas.endsAtZero(config) && !(ofOriginal && lowerOrderFinal)) {
      throw new IllegalArgumentException(
          config.where()
              + ": predict_x0 or lower_order_final = false divides by the last noise; set"
              + " final_sigmas_type = \"sigma_min\"");
    }
    uncorrected = config.wholes("disable_corrector");
    way = SolverWay.unipc(config, steps);
  }

  @Override
  public float[] timesteps() {
    return Timesteps.real(way.timesteps());
  }

  @Override
  public float[] step(float[] modelOutput, int index, float[] sample, Supplier<float[]> noise) {
    double sigma = way.sigmas()[index];
    double signal = Sigmas.signal(sigma);
    float[] output =
        ofOriginal
            ? clip.apply(prediction.original(modelOutput, sample, signal, sigma * signal))
            : prediction.epsilon(modelOutput, sample, signal, sigma * signal);
    float[] corrected = sample;
    if (lastSample != null && !uncorrected.contains(index - 1)) {
      corrected = corrected(output, index);
    }
    outputs.add(0, output);
    if (outputs.size() > order) {
      outputs.remove(order);
    }
    int most = lowerOrderFinal ? Math.min(order, way.timesteps().length - index) : order;
    lastOrder = Math.min(most, outputs.size());
    lastSample = corrected;
    return predicted(corrected, index);
  }

  private float[] predicted(float[] sample, int index) {
    Stride stride = new Stride(index, lastOrder);
    double[] weights =
        switch (lastOrder) {
          case 1 -> new double[0];
          case 2 -> new double[] {0.5};
          default -> stride.solved(lastOrder - 1);
        };
    return stride.moved(sample, weights, null);
  }

  private float[] corrected(float[] output, int index) {
    Stride stride = new Stride(index - 1, lastOrder);
    double[] weights = lastOrder == 1 ? new double[] {0.5} : stride.solved(lastOrder);
    return stride.moved(lastSample, weights, output);
  }

  @Override
  public float[] noised(float[] original, float[] noise, int index) {
    double sigma = way.sigmas()[index];
    double alpha = Sigmas.signal(sigma);
    return Timesteps.mixed(original, alpha, noise, sigma * alpha);
  }

  /** The way from one σ to the next, and the earlier ones that its order looks back at. */
  private final class Stride {
    private final int index;
    private final double hh; // growth of the half-log SNR, negative for the original
    private final double base; // B(h)
    private final double[] ratios; // how far back each earlier σ lies; 1 for the end of the stride

    Stride(int index, int order) {
      this.index = index;
      double h = lambda(index + 1) - lambda(index);
      hh = ofOriginal ? -h : h;
      base = exponential ? Math.expm1(hh) : hh;
      ratios = new double[order];
      for (int i = 1; i < order; i++) {
        ratios[i - 1] = (lambda(index - i) - lambda(index)) / h;
      }
      ratios[order - 1] = 1;
    }

    private double lambda(int at) {
      return -Math.log(way.sigmas()[at]);
    }

    /** Solves the first {@code count} order conditions for the weights of the differences. */
    double[] solved(int count) {
      double[][] system = new double[count][count + 1];
      double phi = Math.expm1(hh) / hh - 1;
      double factorial = 1;
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
          system[i][j] = Math.pow(ratios[j], i);
        }
        system[i][count] = phi * factorial / base;
        factorial *= i + 2;
        phi = phi / hh - 1 / factorial;
      }
      return LinearSystem.solve(system);
    }

    /**
     * Moves a sample along.
     *
     * @param weights of the differences to earlier outputs, then to {@code there}
     * @param there the output at the end of the stride, or null while it is not known
     */
    float[] moved(float[] sample, double[] weights, float[] there) {
      double sigma = way.sigmas()[index];
      double after = way.sigmas()[index + 1];
      double signal = Sigmas.signal(after);
      double keep =
          ofOriginal
              ? after * signal / (sigma * Sigmas.signal(sigma))
              : signal / Sigmas.signal(sigma);
      double put = ofOriginal ? signal : after * signal;
      double grown = Math.expm1(hh);
      float[] now = outputs.get(0);
      float[] moved = new float[sample.length];
      for (int i = 0; i < moved.length; i++) {
        double value = keep * sample[i] - put * grown * now[i];
        for (int k = 0; k < weights.length; k++) {
          boolean end = there != null && k == weights.length - 1;
          double difference =
              end ? there[i] - now[i] : (outputs.get(k + 1)[i] - now[i]) / ratios[k];
          value -= put * base * weights[k] * difference;
        }
        moved[i] = (float) value;
      }
      return moved;
    }
  }
}
