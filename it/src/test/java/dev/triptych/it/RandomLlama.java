package dev.triptych.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A tiny Llama of random weights in the place of a bundle's model.
 *
 * <p>Form is held by masks and not by weights, so what must hold of every work holds of its works
 * too, and the tests take a second.
 */
final class RandomLlama {
  private static final int HIDDEN = 32;
  private static final int HEADS = 2;

  private RandomLlama() {}

  /**
   * Copies a bundle and gives it other weights.
   *
   * @param model the model's folder in the bundle, whose tokenizer.json is kept
   * @param words the vocabulary, where the bundle has no tokenizer.json yet
   */
  static Path inside(Path bundle, String model, List<String> words, Path copy) throws IOException {
    Files.copy(bundle, copy, StandardCopyOption.REPLACE_EXISTING);
    Path folder = Files.createTempDirectory(copy.getParent(), "llama");
    try (FileSystem zip = FileSystems.newFileSystem(copy)) {
      Path target = Files.createDirectories(zip.getPath(model));
      Path tokenizer = target.resolve("tokenizer.json");
      if (!Files.exists(tokenizer)) {
        Files.writeString(tokenizer, wordLevel(words));
      }
      write(folder, size(Files.readString(tokenizer)));
      for (String name : List.of("config.json", "model.safetensors")) {
        Files.copy(folder.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return copy;
  }

  private static void write(Path folder, int vocabulary) throws IOException {
    LlamaConfig config =
        new LlamaConfig(
            vocabulary,
            HIDDEN,
            2 * HIDDEN,
            1,
            HEADS,
            HEADS,
            HIDDEN / HEADS,
            512,
            1e-5,
            10_000,
            true);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : config.weights().entrySet()) {
      long[] shape = weight.getValue();
      float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = shape.length == 1 ? 1 : (float) (0.2 * random.nextGaussian());
      }
      writer.add(weight.getKey(), Dtype.F32, numbers, shape);
    }
    writer.write(folder.resolve("model.safetensors"));
    config.write(folder, 1, 2);
  }

  private static int size(String tokenizer) throws IOException {
    var root = new ObjectMapper().readTree(tokenizer);
    int size = root.at("/model/vocab").size();
    for (var added : root.at("/added_tokens")) {
      size = Math.max(size, added.get("id").asInt() + 1);
    }
    return size;
  }

  private static String wordLevel(List<String> words) throws IOException {
    ObjectNode root = new ObjectMapper().createObjectNode().put("version", "1.0");
    root.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    ObjectNode model = root.putObject("model").put("type", "WordLevel");
    model.put("unk_token", words.get(0));
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < words.size(); id++) {
      vocabulary.put(words.get(id), id);
    }
    return new ObjectMapper().writeValueAsString(root);
  }
}
