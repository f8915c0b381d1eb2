package dev.triptych.models.diffusers.schedulers;

/**
 * What a model predicts, and how the original follows from it: the noise, the original itself, or
 * the velocity (Salimans and Ho, "Progressive Distillation", 2022).
 */
enum Prediction {
  EPSILON,
  SAMPLE,
  VELOCITY;

  static Prediction of(SchedulerConfig config) {
    return switch (config.predictionType()) {
      case "epsilon" -> EPSILON;
      case "sample" -> SAMPLE;
      default -> VELOCITY;
    };
  }

  /** Reads what the model predicts; a scheduler for which the original is no choice refuses it. */
  static Prediction noiseOrVelocity(SchedulerConfig config) {
    Prediction prediction = of(config);
    if (prediction == SAMPLE) {
      throw config.refused("prediction_type", "\"sample\" with " + config.className());
    }
    return prediction;
  }

  /** The original, from a sample that is {@code signal · original + noise · unit noise}. */
  float[] original(float[] out, float[] sample, double signal, double noise) {
    return switch (this) {
      case EPSILON -> Timesteps.mixed(sample, 1 / signal, out, -noise / signal);
      case SAMPLE -> out.clone();
      case VELOCITY -> Timesteps.mixed(sample, signal, out, -noise);
    };
  }

  /** The original, from a sample that is {@code original + sigma · unit noise}. */
  float[] original(float[] out, float[] sample, float sigma) {
    float square = sigma * sigma + 1;
    return switch (this) {
      case EPSILON -> Timesteps.mixed(sample, 1, out, -sigma);
      case SAMPLE -> out.clone();
      case VELOCITY -> {
        float weight = -sigma / (float) Math.sqrt(square);
        float[] original = new float[out.length];
        for (int i = 0; i < original.length; i++) {
          original[i] = out[i] * weight + sample[i] / square;
        }
        yield original;
      }
    };
  }

  /** The unit noise, from a sample that is {@code signal · original + noise · unit noise}. */
  float[] epsilon(float[] out, float[] sample, double signal, double noise) {
    return switch (this) {
      case EPSILON -> out;
      case SAMPLE -> Timesteps.mixed(sample, 1 / noise, out, -signal / noise);
      case VELOCITY -> Timesteps.mixed(out, signal, sample, noise);
    };
  }
}
