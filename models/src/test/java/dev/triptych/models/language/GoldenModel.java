package dev.triptych.models.language;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * A case of src/test/golden/language/make.py: a small model whose weights are hashes, and what
 * transformers computes with it.
 */
record GoldenModel(String name, JsonNode json) {

  private static final Path GOLDEN = Path.of("src/test/golden/language");

  /** What transformers computes after a prompt. */
  record Answer(int[] prompt, int[] ids, float[] first, float[] last) {}

  static GoldenModel read(String name) throws IOException {
    return new GoldenModel(
        name, new ObjectMapper().readTree(GOLDEN.resolve(name + ".json").toFile()));
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json"))
          .map(file -> file.substring(0, file.length() - 5))
          .sorted()
          .toList();
    }
  }

  List<Answer> answers() {
    List<Answer> answers = new ArrayList<>();
    for (JsonNode answer : json.get("answers")) {
      int length = answer.get("prompt").asInt();
      long[] hashes = hashes((long) length << 32, length);
      int vocab = json.get("answers").get(0).get("first").size();
      int[] prompt =
          Arrays.stream(hashes).mapToInt(h -> (int) Long.remainderUnsigned(h, vocab)).toArray();
      int[] ids = IntStream.range(0, 64).map(i -> answer.get("ids").get(i).asInt()).toArray();
      answers.add(new Answer(prompt, ids, floats(answer.get("first")), floats(answer.get("last"))));
    }
    return answers;
  }

  /** Writes the folder as save_pretrained does: sorted by name, in so many files. */
  Path write(Path folder, Dtype dtype, int shards) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), json.get("config").toString());
    TreeMap<String, JsonNode> weights = new TreeMap<>();
    json.get("weights").forEach(weight -> weights.put(weight.get(0).asText(), weight));
    SafetensorsWriter[] writers = new SafetensorsWriter[shards];
    Arrays.setAll(writers, shard -> new SafetensorsWriter());
    List<String> places = new ArrayList<>();
    int seed = json.get("seed").asInt();
    for (JsonNode weight : weights.values()) {
      long[] shape = new long[weight.get(1).size()];
      Arrays.setAll(shape, i -> weight.get(1).get(i).asLong());
      String key = weight.get(0).asText();
      int shard = places.size() * shards / weights.size();
      places.add("\"%s\":\"%s\"".formatted(key, file(shard, shards)));
      float[] numbers =
          numbers(key, seed, shape, weight.get(2).asDouble(), weight.get(3).asDouble());
      writers[shard].add(key, dtype, numbers, shape);
    }
    for (int shard = 0; shard < shards; shard++) {
      writers[shard].write(folder.resolve(file(shard, shards)));
    }
    if (shards > 1) {
      Files.writeString(
          folder.resolve("model.safetensors.index.json"),
          "{\"weight_map\":{" + String.join(",", places) + "}}");
    }
    return folder;
  }

  private static String file(int shard, int shards) {
    return shards == 1
        ? "model.safetensors"
        : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
  }

  /** Even numbers of a standard deviation about a middle: numbers of make.py. */
  private static float[] numbers(String name, int seed, long[] shape, double scale, double middle) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(UTF_8));
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    long[] hashes = hashes((crc.getValue() << 20) + ((long) seed << 52), count);
    double wide = scale * Math.sqrt(3);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (middle + ((hashes[i] >>> 40) / 0x1p23 - 1) * wide);
    }
    return numbers;
  }

  private static long[] hashes(long start, int count) {
    long[] hashes = new long[count];
    for (int i = 0; i < count; i++) {
      long z = (start + i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      hashes[i] = z ^ (z >>> 31);
    }
    return hashes;
  }

  private static float[] floats(JsonNode node) {
    float[] numbers = new float[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) node.get(i).asDouble();
    }
    return numbers;
  }
}
