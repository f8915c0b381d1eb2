package dev.triptych.models.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as they come: in 16 bits, in shards, without a tokenizer, damaged, or of no use. */
class LanguageModelFoldersTest {

  private static final Placement FLOAT = Placement.of("cpu", "float32");

  @TempDir Path folder;

  private static float[][] logits(Path folder, Placement placement) throws IOException {
    try (LanguageModel model = LanguageModels.load(folder, placement);
        Continuation text = model.open(1)) {
      return text.read(new SplittableRandom(1).ints(40, 0, 96).toArray());
    }
  }

  private static double rms(float[][] a, float[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
      }
    }
    return Math.sqrt(sum / a.length / a[0].length);
  }

  private static String problem(Path folder) {
    return assertThrows(IOException.class, () -> LanguageModels.load(folder, FLOAT)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "gpt2", "gpt_neox", "phi3"})
  void computesInTheTypeOfTheFolder(String name) throws IOException {
    GoldenModel golden = GoldenModel.read(name);
    float[][] exact = logits(golden.write(folder.resolve("32"), Dtype.F32, 1), FLOAT);
    assertArrayEquals(exact, logits(folder.resolve("32"), Placement.of("cpu", "auto")));
    float[][] half =
        logits(golden.write(folder.resolve("16"), Dtype.F16, 1), Placement.of("cpu", "auto"));
    golden.write(folder.resolve("brain"), Dtype.BF16, 1);
    float[][] brain = logits(folder.resolve("brain"), Placement.of("cpu", "bfloat16"));
    float[][] rounded = logits(folder.resolve("brain"), FLOAT);
    double size = rms(exact, new float[exact.length][exact[0].length]);
    double ofHalf = rms(half, exact) / size;
    double ofBrain = rms(brain, rounded) / size;
    assertTrue(ofHalf > 0 && ofHalf < 0.02, "float16 differs by " + ofHalf);
    assertTrue(ofBrain > 0 && ofBrain < 0.1, "bfloat16 differs by " + ofBrain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "gpt2-odd"})
  void givesTheSameBytesFromShards(String name) throws IOException {
    GoldenModel golden = GoldenModel.read(name);
    float[][] whole = logits(golden.write(folder.resolve("one"), Dtype.F32, 1), FLOAT);
    float[][] parts = logits(golden.write(folder.resolve("three"), Dtype.F32, 3), FLOAT);
    for (int i = 0; i < whole.length; i++) {
      assertArrayEquals(whole[i], parts[i], 1e-5f); // what adjoins in one file may not in three
    }
    Files.delete(folder.resolve("three/model-00002-of-00003.safetensors"));
    assertTrue(problem(folder.resolve("three")).contains("model-00002"));
  }

  @Test
  void countsWhatIsMappedAndWhatIsCopied() throws IOException {
    GoldenModel.read("llama").write(folder, Dtype.BF16, 1);
    try (LanguageModel own = LanguageModels.load(folder, Placement.of("cpu", "bfloat16"));
        LanguageModel wide = LanguageModels.load(folder, FLOAT)) {
      assertEquals("llama", own.modelType());
      assertEquals(96, own.vocabulary());
      long weights = own.mappedBytes();
      assertTrue(weights > 20_000 && weights < Files.size(folder.resolve("model.safetensors")));
      assertTrue(own.privateBytes() < weights / 2, own.privateBytes() + " of " + weights);
      long embedding = 96 * 32 * 2; // is looked up in the file's type
      assertEquals(2 * (weights - embedding), wide.privateBytes());
    }
  }

  @Test
  void needsATokenizerOnlyForText() throws IOException {
    GoldenModel.read("llama").write(folder, Dtype.F32, 1);
    try (LanguageModel model = LanguageModels.load(folder, FLOAT)) {
      String problem = assertThrows(UncheckedIOException.class, model::tokenizer).getMessage();
      assertTrue(problem.contains("tokenizer"), problem);
      Files.writeString(
          folder.resolve("tokenizer.json"),
          "{\"version\":\"1.0\",\"added_tokens\":[],\"model\":{\"type\":\"WordLevel\","
              + "\"unk_token\":\"a\",\"vocab\":{\"a\":0}}}");
      assertArrayEquals(new int[] {0}, model.tokenizer().encode("a"));
      assertSame(model.tokenizer(), model.tokenizer());
    }
  }

  @Test
  void refusesPickles() throws IOException {
    GoldenModel.read("llama").write(folder, Dtype.F32, 1);
    Files.move(folder.resolve("model.safetensors"), folder.resolve("pytorch_model.bin"));
    String problem = problem(folder);
    assertTrue(problem.contains("pytorch_model.bin") && problem.contains("safetensors"), problem);
  }

  @Test
  void namesTheKindsThatItKnows() throws IOException {
    GoldenModel.read("llama").write(folder, Dtype.F32, 1);
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"llama\"", "\"mamba\""));
    String problem = problem(folder);
    for (String known : List.of("mamba", "llama", "qwen3", "gpt2", "gpt_neox", "gemma3_text")) {
      assertTrue(problem.contains(known), problem);
    }
    Architecture brought =
        new Architecture() {
          @Override
          public Set<String> modelTypes() {
            return Set.of("mamba");
          }

          @Override
          public LanguageModel load(Path folder, Placement placement) throws IOException {
            return new LlamaLike().load(changed(folder), placement);
          }

          private Path changed(Path folder) throws IOException {
            Files.writeString(config, Files.readString(config).replace("\"mamba\"", "\"llama\""));
            return folder;
          }
        };
    try (LanguageModel model = LanguageModels.load(folder, FLOAT, List.of(brought))) {
      assertEquals("llama", model.modelType());
    }
  }

  /** Each setting of each config, by each of these; whatever loads must also run or be refused. */
  @Test
  void survivesMutatedConfigs() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> values =
        List.of("null", "-1", "0", "3", "1e300", "\"x\"", "[]", "{}", "true", "2147483647");
    int refused = 0;
    int tried = 0;
    int programs = Torch.openPrograms();
    for (String name : List.of("llama-yarn", "gemma3", "gpt2", "gpt_neox", "phi3-longrope")) {
      Path place = GoldenModel.read(name).write(folder.resolve(name), Dtype.F32, 1);
      ObjectNode config = (ObjectNode) json.readTree(place.resolve("config.json").toFile());
      List<String> keys = new ArrayList<>();
      config.fieldNames().forEachRemaining(keys::add);
      List<String> inside = new ArrayList<>();
      config.path("rope_scaling").fieldNames().forEachRemaining(inside::add);
      for (int i = 0; i < keys.size() + inside.size(); i++) {
        String value = values.get(i % values.size());
        String other = values.get((i + 3) % values.size());
        for (String each : i < keys.size() ? List.of(value) : List.of(value, other)) {
          ObjectNode changed = config.deepCopy();
          if (i < keys.size()) {
            changed.set(keys.get(i), json.readTree(each));
          } else {
            ((ObjectNode) changed.get("rope_scaling"))
                .set(inside.get(i - keys.size()), json.readTree(each));
          }
          Files.writeString(place.resolve("config.json"), changed.toString());
          refused += refuses(place, changed.toString()) ? 1 : 0;
          tried++;
        }
      }
    }
    assertTrue(tried > 90 && refused > tried / 4, refused + " of " + tried);
    assertEquals(programs, Torch.openPrograms());
  }

  @Test
  void survivesMutatedWeightFiles() throws IOException {
    Path place = GoldenModel.read("llama").write(folder, Dtype.BF16, 1);
    Path file = place.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int header =
        8
            + (int)
                java.nio.ByteBuffer.wrap(whole).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(0);
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] changed = whole.clone();
      if (i % 10 == 0) {
        changed = Arrays.copyOf(whole, random.nextInt(whole.length));
      } else if (i % 3 == 0) { // another digit
        int at = random.nextInt(8, header);
        while (!Character.isDigit(changed[at])) {
          at = at + 1 < header ? at + 1 : 8;
        }
        changed[at] = (byte) ('0' + (changed[at] - '0' + 1 + random.nextInt(9)) % 10);
      } else {
        changed[random.nextInt(header)] = (byte) random.nextInt(32, 127);
      }
      Files.delete(file);
      Files.write(file, changed);
      refused +=
          refuses(
                  place,
                  new String(
                      changed, 0, Math.min(changed.length, header), StandardCharsets.ISO_8859_1))
              ? 1
              : 0;
    }
    assertTrue(refused > 150, refused + " of 200");
    Files.delete(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(whole);
      sparse.seek(0);
      sparse.write(new byte[] {-1, -1, -1, -1, -1, -1, -1, 127});
    }
    assertTrue(problem(place).contains("header"));
  }

  /** Loads and reads a few tokens; a refusal is one sentence that names the folder or a file. */
  private static boolean refuses(Path place, String what) {
    try (LanguageModel model = LanguageModels.load(place, FLOAT);
        Continuation text = model.open(1)) {
      text.prefill(new int[][] {{1, 2, 3}});
      text.step(4);
      return false;
    } catch (IOException | IllegalArgumentException e) {
      String sentence = e.getMessage();
      assertTrue(
          sentence != null && sentence.length() < 400 && !sentence.contains("\n"),
          what + ": " + sentence);
      assertTrue(
          e instanceof IllegalArgumentException || sentence.contains(place.toString()), sentence);
      return true;
    }
  }
}
