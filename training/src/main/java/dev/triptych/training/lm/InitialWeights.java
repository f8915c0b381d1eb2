package dev.triptych.training.lm;

import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The weights before the first step: norms 1, embeddings normal with deviation 0.02, matrices
 * normal with the deviation of their inputs' count, those that write into the residual less by the
 * square root of their number (GPT-2's rule).
 */
final class InitialWeights {

  private InitialWeights() {}

  static SafetensorsWriter of(LmRecipe recipe) {
    LlamaConfig config = recipe.config();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(recipe.seed());
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : config.weights().entrySet()) {
      long[] shape = weight.getValue();
      float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      double deviation = 0.02;
      if (shape.length == 1) {
        Arrays.fill(numbers, 1);
        deviation = 0;
      } else if (weight.getKey().contains("_proj.")) {
        boolean residual = weight.getKey().matches(".*\\.(o|down)_proj\\..*");
        deviation = Math.sqrt(1.0 / (3 * shape[1] * (residual ? 2.0 * config.layers() : 1)));
      }
      for (int i = 0; deviation > 0 && i < numbers.length; i++) {
        numbers[i] = (float) (deviation * random.nextGaussian());
      }
      writer.add(weight.getKey(), Dtype.F32, numbers, shape);
    }
    return writer;
  }
}
