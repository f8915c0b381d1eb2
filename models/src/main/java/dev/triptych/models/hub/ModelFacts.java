package dev.triptych.models.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Hugging Face folder holds, read from its config, headers and card; no weights are loaded.
 *
 * @param kind {@code model_type} of config.json, {@code diffusers} for a picture model; empty if
 *     there is no config
 * @param architecture the class that the config names, such as {@code LlamaForCausalLM}
 * @param parameters numbers in all safetensors files
 * @param dtypes numbers by type as safetensors spells it, such as {@code BF16}
 * @param context most tokens, if the config says it
 * @param license as the card's front matter gives it; empty if it has none
 * @param tokenizer {@code BPE}, {@code Unigram}, {@code WordPiece} and so on of tokenizer.json,
 *     else {@code SentencePiece} or {@code vocabulary}; empty if there is none
 * @param chat whether there is a chat template
 * @param files sorted by name
 */
public record ModelFacts(
    String kind,
    String architecture,
    long parameters,
    Map<String, Long> dtypes,
    OptionalLong context,
    String license,
    String tokenizer,
    boolean chat,
    List<File> files) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long LARGEST_JSON = 64 << 20;
  private static final List<String> CONTEXT =
      List.of(
          "max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "seq_length");
  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---\\R(.*?)\\R---", Pattern.DOTALL);
  private static final Pattern LICENSE =
      Pattern.compile("(?m)^(license(?:_name)?):[ \\t]*(\\S.*)$");

  /**
   * A file.
   *
   * @param name relative to the folder
   * @param digest by which the hub names it; empty if the folder is in no cache
   */
  public record File(String name, long bytes, String digest) {}

  /**
   * Reads a folder.
   *
   * @throws IOException if a file of it is damaged, saying which
   */
  public static ModelFacts of(Path folder) throws IOException {
    List<File> files = files(folder);
    Map<String, Long> dtypes = new TreeMap<>();
    for (File file : files) {
      if (file.name.endsWith(".safetensors")) {
        for (Safetensors.Entry entry :
            Safetensors.open(folder.resolve(file.name)).entries().values()) {
          dtypes.merge(entry.dtype().name(), entry.bytes() / entry.dtype().bytes(), Long::sum);
        }
      }
    }
    JsonNode config = json(folder.resolve("config.json"));
    JsonNode pipeline = json(folder.resolve("model_index.json"));
    boolean picture = pipeline.has("_class_name");
    JsonNode text = config.has("text_config") ? config.get("text_config") : config;
    return new ModelFacts(
        picture ? "diffusers" : config.path("model_type").asText(""),
        picture
            ? pipeline.path("_class_name").asText()
            : config.path("architectures").path(0).asText(""),
        dtypes.values().stream().mapToLong(Long::longValue).sum(),
        dtypes,
        context(text),
        license(folder.resolve("README.md")),
        tokenizer(folder),
        chat(folder),
        files);
  }

  /** Returns the type that most numbers have. */
  public Optional<String> dtype() {
    return dtypes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static List<File> files(Path folder) throws IOException {
    List<File> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        files.add(new File(name, Files.size(file), Verification.digest(file)));
      }
    }
    files.sort(Comparator.comparing(File::name));
    return List.copyOf(files);
  }

  private static OptionalLong context(JsonNode config) {
    for (String key : CONTEXT) {
      if (config.path(key).canConvertToLong() && config.path(key).isNumber()) {
        return OptionalLong.of(config.get(key).longValue());
      }
    }
    return OptionalLong.empty();
  }

  /** Reads {@code license}, or {@code license_name} where that is only "other". */
  private static String license(Path card) throws IOException {
    if (!Files.isRegularFile(card) || Files.size(card) > LARGEST_JSON) {
      return "";
    }
    String text = new String(Files.readAllBytes(card), java.nio.charset.StandardCharsets.UTF_8);
    Matcher front = FRONT_MATTER.matcher(text);
    Map<String, String> found = new TreeMap<>();
    if (front.find()) {
      Matcher line = LICENSE.matcher(front.group(1));
      while (line.find()) {
        found.put(line.group(1), line.group(2).strip().replaceAll("^['\"]|['\"]$", ""));
      }
    }
    String license = found.getOrDefault("license", "");
    return license.equals("other") ? found.getOrDefault("license_name", license) : license;
  }

  private static String tokenizer(Path folder) throws IOException {
    String type = json(folder.resolve("tokenizer.json")).path("model").path("type").asText("");
    if (!type.isEmpty()) {
      return type;
    }
    if (Stream.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model")
        .anyMatch(name -> Files.isRegularFile(folder.resolve(name)))) {
      return "SentencePiece";
    }
    return Stream.of("vocab.json", "vocab.txt")
            .anyMatch(name -> Files.isRegularFile(folder.resolve(name)))
        ? "vocabulary"
        : "";
  }

  private static boolean chat(Path folder) throws IOException {
    return Files.isRegularFile(folder.resolve("chat_template.jinja"))
        || json(folder.resolve("tokenizer_config.json")).hasNonNull("chat_template");
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return JSON.missingNode();
    }
    if (Files.size(file) > LARGEST_JSON) {
      throw new IOException(file + " is too large to be a config: get it again");
    }
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(file));
      return node == null ? JSON.missingNode() : node;
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not JSON: get it again", e);
    }
  }
}
