package dev.triptych.bench.mutation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Whole model folders of tiny size to be damaged: one of each architecture and variant of the
 * golden files of models, each with a tokenizer, a chat template and settings of generation.
 */
final class Specimens {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TOKENIZERS =
      List.of("byte_level", "llama2", "gemma", "unigram", "word_piece", "end_of_word");
  private static final List<Dtype> DTYPES = List.of(Dtype.F32, Dtype.BF16, Dtype.F16);
  private static final String GENERATION =
      """
      {"max_length":64,"max_new_tokens":4,"min_length":0,"min_new_tokens":1,"do_sample":true,
      "temperature":0.8,"top_k":50,"top_p":0.9,"min_p":0.01,"typical_p":0.9,"epsilon_cutoff":0.0001,
      "eta_cutoff":0.0001,"repetition_penalty":1.1,"no_repeat_ngram_size":3,"bad_words_ids":[[5],[6,7]],
      "suppress_tokens":[7],"begin_suppress_tokens":[8],"num_beams":1,"num_return_sequences":1,
      "length_penalty":1.0,"early_stopping":false,"eos_token_id":[2],"pad_token_id":0,
      "decoder_start_token_id":0,"stop_strings":["zz"],"seed":1}""";

  private final Path models;
  private final Path place;

  /**
   * Names where the folders come from and go to.
   *
   * @param models the module models, whose tests hold the golden files
   */
  Specimens(Path models, Path place) {
    this.models = models;
    this.place = place;
  }

  /** Writes the folders, the same ones at each call, and returns them. */
  List<Path> write() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path golden : sorted(models.resolve("src/test/golden/language"))) {
      if (golden.toString().endsWith(".json")) {
        folders.add(ofHashes(golden, folders.size()));
      }
    }
    for (Path whole : sorted(models.resolve("src/test/golden/t5"))) {
      if (Files.isDirectory(whole)) {
        folders.add(copied(whole, folders.size()));
      }
    }
    for (String kind : List.of("llama", "t5")) {
      folders.add(withPieces(folders, kind));
    }
    return folders;
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** A decoder whose golden file says what weights it has. */
  private Path ofHashes(Path golden, int number) throws IOException {
    Path folder =
        Files.createDirectories(
            place.resolve(golden.getFileName().toString().replace(".json", "")));
    JsonNode json = JSON.readTree(golden.toFile());
    Files.writeString(folder.resolve("config.json"), json.get("config").toPrettyString());
    int shards = number % 3 == 2 ? 2 : 1;
    SafetensorsWriter[] writers = new SafetensorsWriter[shards];
    Arrays.setAll(writers, shard -> new SafetensorsWriter());
    ObjectNode index = JSON.createObjectNode();
    SplittableRandom random = new SplittableRandom(number);
    for (JsonNode weight : json.get("weights")) {
      long[] shape = new long[weight.get(1).size()];
      Arrays.setAll(shape, i -> weight.get(1).get(i).asLong());
      float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      double wide = weight.get(2).asDouble() * Math.sqrt(3);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (weight.get(3).asDouble() + random.nextDouble(-1, 1) * wide);
      }
      String name = weight.get(0).asText();
      int shard = index.size() * shards / json.get("weights").size();
      writers[shard].add(name, DTYPES.get(number % DTYPES.size()), numbers, shape);
      index.put(name, file(shard, shards));
    }
    for (int shard = 0; shard < shards; shard++) {
      writers[shard].write(folder.resolve(file(shard, shards)));
    }
    if (shards > 1) {
      ObjectNode map = JSON.createObjectNode();
      map.set("weight_map", index);
      Files.writeString(folder.resolve("model.safetensors.index.json"), map.toPrettyString());
    }
    Files.copy(
        tests("tokenizer").resolve(TOKENIZERS.get(number % TOKENIZERS.size()) + ".json"),
        folder.resolve("tokenizer.json"));
    talk(folder, number);
    return folder;
  }

  private static String file(int shard, int shards) {
    return shards == 1
        ? "model.safetensors"
        : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
  }

  private Path copied(Path whole, int number) throws IOException {
    Path folder = Files.createDirectories(place.resolve("t5-" + whole.getFileName()));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(whole.resolve(name), folder.resolve(name));
    }
    talk(folder, number);
    return folder;
  }

  /** A folder whose tokenizer is a SentencePiece model. */
  private Path withPieces(List<Path> folders, String kind) throws IOException {
    Path whole =
        folders.stream().filter(f -> f.endsWith(kind.replace("t5", "t5-t5"))).findAny().get();
    Path folder = Files.createDirectories(place.resolve(kind + "-pieces"));
    for (Path file : sorted(whole)) {
      if (!file.endsWith("tokenizer.json") && !file.endsWith("tokenizer_config.json")) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    for (Path file : sorted(tests("tokenizer").resolve("spiece-" + kind))) {
      Files.copy(file, folder.resolve(file.getFileName()));
    }
    return folder;
  }

  private void talk(Path folder, int number) throws IOException {
    JsonNode golden = JSON.readTree(tests("chat").resolve("golden_chat_templates.json").toFile());
    List<JsonNode> templates = new ArrayList<>();
    golden.get("templates").forEach(templates::add);
    ObjectNode config = JSON.createObjectNode();
    config.put("bos_token", "<s>").put("eos_token", "</s>").put("add_bos_token", true);
    config.putObject("unk_token").put("content", "<unk>").put("special", true);
    config.set("chat_template", templates.get(number % templates.size()));
    Files.writeString(folder.resolve("tokenizer_config.json"), config.toPrettyString());
    Files.writeString(folder.resolve("generation_config.json"), GENERATION);
  }

  private Path tests(String room) {
    return models.resolve("src/test/resources/dev/triptych/models").resolve(room);
  }
}
