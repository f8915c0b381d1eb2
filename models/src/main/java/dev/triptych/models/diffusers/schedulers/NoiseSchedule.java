package dev.triptych.models.diffusers.schedulers;

import java.util.List;

/**
 * How much signal and how much noise a sample holds at each training timestep.
 *
 * <p>Computed in single precision where diffusers does, so that the numbers agree: {@code
 * DDIMScheduler.__init__}, {@code betas_for_alpha_bar} and {@code rescale_zero_terminal_snr}.
 */
public final class NoiseSchedule {

  static final String COSINE = "squaredcos_cap_v2";

  private final float[] alphasCumprod;

  private NoiseSchedule(float[] alphasCumprod) {
    this.alphasCumprod = alphasCumprod;
  }

  static NoiseSchedule of(SchedulerConfig config, boolean rescalable) {
    int steps = config.trainSteps();
    float[] betas = config.table("trained_betas");
    if (betas == null) {
      double start = beta(config, "beta_start", 0.0001);
      double end = beta(config, "beta_end", 0.02);
      betas =
          switch (shape(config)) {
            case "linear" -> linspace(start, end, steps);
            case "scaled_linear" -> squares(linspace(Math.sqrt(start), Math.sqrt(end), steps));
            default -> cosine(steps);
          };
    } else if (betas.length != steps) {
      throw config.refused(
          "trained_betas", "a table of " + betas.length + " for " + steps + " steps");
    }
    if (rescalable && config.flag("rescale_betas_zero_snr", false)) {
      betas = zeroTerminalSnr(betas);
    }
    return new NoiseSchedule(cumprod(betas));
  }

  /** Reads the name of the shape that the noise follows. */
  static String shape(SchedulerConfig config) {
    return config.choice("beta_schedule", "linear", List.of("linear", "scaled_linear", COSINE));
  }

  private static double beta(SchedulerConfig config, String key, double initial) {
    double beta = config.real(key, initial);
    if (beta <= 0 || beta >= 1) {
      throw config.refused(key, Double.toString(beta));
    }
    return beta;
  }

  /** Returns the number of timesteps. */
  public int steps() {
    return alphasCumprod.length;
  }

  /** Returns the share of signal in the variance at a timestep, ᾱ: 1 is all signal, 0 all noise. */
  public float alphaCumprod(int timestep) {
    return alphasCumprod[timestep];
  }

  /** Returns ᾱ of every timestep, a copy. */
  public float[] alphasCumprod() {
    return alphasCumprod.clone();
  }

  private static float[] linspace(double start, double end, int steps) {
    float first = (float) start;
    float last = (float) end;
    float step = (last - first) / (steps - 1);
    float[] values = new float[steps];
    for (int i = 0; i < steps; i++) {
      values[i] = i < steps / 2 ? first + step * i : last - step * (steps - 1 - i);
    }
    return values;
  }

  private static float[] squares(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= values[i];
    }
    return values;
  }

  /** Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models" (2021). */
  private static float[] cosine(int steps) {
    float[] betas = new float[steps];
    for (int i = 0; i < steps; i++) {
      double ratio = alphaBar((i + 1.0) / steps) / alphaBar((double) i / steps);
      betas[i] = (float) Math.min(1 - ratio, 0.999);
    }
    return betas;
  }

  private static double alphaBar(double t) {
    double cosine = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  /** Lin et al. (2023), algorithm 1: the last step keeps no signal. */
  private static float[] zeroTerminalSnr(float[] betas) {
    float[] root = cumprod(betas);
    for (int i = 0; i < root.length; i++) {
      root[i] = (float) Math.sqrt(root[i]);
    }
    float first = root[0];
    float last = root[root.length - 1];
    float scale = first / (first - last);
    for (int i = 0; i < root.length; i++) {
      root[i] = (root[i] - last) * scale;
      root[i] *= root[i];
    }
    float[] rescaled = new float[betas.length];
    rescaled[0] = 1 - root[0];
    for (int i = 1; i < root.length; i++) {
      rescaled[i] = 1 - root[i] / root[i - 1];
    }
    return rescaled;
  }

  private static float[] cumprod(float[] betas) {
    float[] products = new float[betas.length];
    double product = 1;
    for (int i = 0; i < betas.length; i++) {
      product *= 1 - betas[i];
      products[i] = (float) product;
    }
    return products;
  }
}
