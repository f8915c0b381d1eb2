package dev.triptych.bench.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One damaged file of a model folder, made from a seed.
 *
 * @param file its name
 * @param bytes what it holds instead
 * @param what what was changed, on one line
 */
record Mutation(String file, byte[] bytes, String what) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Damages one file of a folder. */
  static Mutation of(Path folder, SplittableRandom random) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    String[] kinds = {
      "config.json",
      "config.json",
      "config.json",
      "safetensors",
      "safetensors",
      "safetensors",
      "generation_config.json",
      "token",
      "token",
      "template",
      "template"
    };
    String kind = kinds[random.nextInt(kinds.length)];
    List<Path> of = files.stream().filter(f -> f.getFileName().toString().contains(kind)).toList();
    Path file =
        of.isEmpty() ? files.get(random.nextInt(files.size())) : of.get(random.nextInt(of.size()));
    String name = file.getFileName().toString();
    byte[] whole = Files.readAllBytes(file);
    if (kind.equals("template") && Files.exists(folder.resolve("tokenizer_config.json"))) {
      return template(folder, random);
    }
    if (random.nextInt(6) == 0 || name.endsWith(".model")) {
      return bytes(name, whole, random);
    }
    if (name.endsWith(".safetensors")) {
      WeightsMutator mutator = new WeightsMutator(random);
      byte[] changed = mutator.change(whole);
      return new Mutation(name, changed, mutator.what());
    }
    JsonMutator mutator = new JsonMutator(random);
    String changed = mutator.change(new String(whole, UTF_8));
    return new Mutation(name, changed.getBytes(UTF_8), mutator.what());
  }

  private static Mutation template(Path folder, SplittableRandom random) throws IOException {
    Path file = folder.resolve("tokenizer_config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    String template = config.path("chat_template").asText();
    String changed = new TemplateMutator(random).change(template);
    int same = 0;
    while (same < Math.min(template.length(), changed.length())
        && template.charAt(same) == changed.charAt(same)) {
      same++;
    }
    String what = "at " + same + " " + JsonMutator.shown(changed.substring(same));
    if (random.nextBoolean()) {
      return new Mutation("chat_template.jinja", changed.getBytes(UTF_8), what);
    }
    config.put("chat_template", changed);
    return new Mutation("tokenizer_config.json", JSON.writeValueAsBytes(config), what);
  }

  /** Cuts, flips, doubles or drops bytes, whatever they mean. */
  static Mutation bytes(String name, byte[] whole, SplittableRandom random) {
    int at = random.nextInt(whole.length + 1);
    int to = Math.min(whole.length, at + random.nextInt(1, 40));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String what;
    switch (random.nextInt(6)) {
      case 0 -> {
        out.write(whole, 0, at);
        what = "cut at " + at;
      }
      case 1 -> {
        out.write(whole, 0, at);
        out.write(whole, to, whole.length - to);
        what = "without " + at + " to " + to;
      }
      case 2 -> {
        out.write(whole, 0, to);
        out.write(whole, at, whole.length - at);
        what = at + " to " + to + " twice";
      }
      case 3 -> {
        out.writeBytes(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
        out.writeBytes(whole);
        what = "a byte order mark before it";
      }
      case 4 -> {
        byte[] zeros = whole.clone();
        Arrays.fill(zeros, at, whole.length, (byte) 0);
        out.writeBytes(zeros);
        what = "zeros from " + at;
      }
      default -> {
        byte[] flipped = whole.clone();
        int flips = random.nextInt(1, 9);
        for (int i = 0; i < flips; i++) {
          int place = random.nextInt(Math.min(whole.length, 4096)); // where headers are
          flipped[place] ^= (byte) (1 << random.nextInt(8));
        }
        out.writeBytes(flipped);
        what = flips + " bits flipped";
      }
    }
    return new Mutation(name, out.toByteArray(), what);
  }
}
