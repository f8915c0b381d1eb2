package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small random autoencoders give what diffusers gave (src/test/golden/vae/make.py). */
class LatentCodecTest {
  private static final Path GOLDEN = Path.of("src/test/golden/vae");
  private static final Runnable GO_ON = () -> {};

  private static LatentCodec load(Path folder, String dtype) throws IOException {
    Placement placement = Placement.of("cpu", dtype);
    return folder.getFileName().toString().startsWith("tiny")
        ? AutoencoderTiny.load(folder, placement)
        : AutoencoderKL.load(folder, placement);
  }

  @ParameterizedTest
  @CsvSource({
    "kl-odd-size, NONE, 0.13025",
    "kl-odd-size, PICTURES, 0.13025",
    "kl-tiles, TILES, 0.18215",
    "kl-tiles-row, TILES, 0.18215",
    "tiny-relu, NONE, 1",
    "tiny-silu, PICTURES, 0.5"
  })
  void encodesAndDecodesAsDiffusers(String name, Cut cut, double scale) throws IOException {
    Safetensors answers = Safetensors.open(GOLDEN.resolve(name).resolve("answers.safetensors"));
    long[] image = answers.entries().get("image").shape();
    long[] latents = answers.entries().get("latents").shape();
    for (String dtype : List.of("float32", "float16", "bfloat16")) {
      // In few bits the mean difference counts: single numbers are off by the type's last bits.
      double allowed = dtype.equals("float32") ? 1e-5 : dtype.equals("float16") ? 0.005 : 0.05;
      try (LatentCodec codec = load(GOLDEN.resolve(name), dtype)) {
        int batch = (int) image[0];
        LatentDistribution found =
            codec.encode(
                answers.floats("image"), batch, (int) image[2], (int) image[3], cut, GO_ON);
        close(answers.floats("mean"), found.mean(), allowed);
        close(scaled(answers.floats("mean"), scale), found.mode(), allowed);
        if (found.random()) {
          close(answers.floats("logvar"), found.logVariance(), allowed);
          float[] sample = found.sample(answers.floats("noise"));
          close(scaled(answers.floats("sample"), scale), sample, allowed);
        }
        float[] out =
            codec.decode(
                scaled(answers.floats("latents"), scale),
                batch,
                (int) latents[2],
                (int) latents[3],
                cut,
                GO_ON);
        close(answers.floats("out"), out, allowed);
      }
    }
  }

  private static float[] scaled(float[] numbers, double scale) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (numbers[i] * scale);
    }
    return numbers;
  }

  private static void close(float[] expected, float[] actual, double allowed) {
    assertEquals(expected.length, actual.length);
    double most = 0;
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i] - actual[i]));
      sum += Math.abs(expected[i] - actual[i]);
    }
    double difference = allowed < 1e-4 ? most : sum / expected.length;
    assertTrue(difference <= allowed, "differs by " + difference);
  }

  @Test
  void cutOnlyWhereItMustBe() throws IOException {
    try (LatentCodec codec = load(GOLDEN.resolve("kl-tiles"), "float32")) {
      float[] latents = Latents.noise(1, 1, 3, 8, 8); // as large as a tile
      float[] whole = codec.decode(latents, 1, 8, 8, Cut.NONE, GO_ON);
      assertArrayEquals(whole, codec.decode(latents, 1, 8, 8, Cut.TILES, GO_ON));
      float[] larger = Latents.noise(1, 1, 3, 9, 8);
      assertFalse(
          Arrays.equals(
              codec.decode(larger, 1, 9, 8, Cut.NONE, GO_ON),
              codec.decode(larger, 1, 9, 8, Cut.TILES, GO_ON)));
    }
  }

  @Test
  void latentsOfTheTinyOneFitAPicture() throws IOException {
    Path folder = GOLDEN.resolve("tiny-silu");
    Safetensors answers = Safetensors.open(folder.resolve("answers.safetensors"));
    try (AutoencoderTiny tiny = AutoencoderTiny.load(folder, Placement.of("cpu", "float32"))) {
      float[] unit = tiny.toUnit(answers.floats("mean"));
      close(answers.floats("unit"), unit, 1e-6);
      close(answers.floats("unscaled"), tiny.fromUnit(unit), 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kl-tiles", "tiny-relu"})
  void stopsBetweenLayersAndLeavesNothingOpen(String name) throws IOException {
    int programs = Torch.openPrograms();
    int tensors = Torch.openTensors();
    try (LatentCodec codec = load(GOLDEN.resolve(name), "float32")) {
      AtomicInteger layers = new AtomicInteger();
      Runnable stop =
          () -> {
            if (layers.incrementAndGet() == 3) {
              throw new CancellationException();
            }
          };
      float[] latents = new float[codec.latentChannels() * 100];
      assertThrows(
          CancellationException.class, () -> codec.decode(latents, 1, 10, 10, Cut.TILES, stop));
      layers.set(0);
      float[] picture = new float[3 * 16 * 16];
      assertThrows(
          CancellationException.class, () -> codec.encode(picture, 1, 16, 16, Cut.NONE, stop));
      assertThrows(
          IllegalArgumentException.class, () -> codec.decode(latents, 1, 9, 10, Cut.NONE, GO_ON));
    }
    assertEquals(programs, Torch.openPrograms());
    assertEquals(tensors, Torch.openTensors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"kl-tiles", "tiny-relu"})
  void whatDoesNotFitIsRefusedInASentence(String name, @TempDir Path temp) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Path folder = Files.createDirectory(temp.resolve(name));
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode sound =
        (ObjectNode) mapper.readTree(GOLDEN.resolve(name).resolve("config.json").toFile());
    List<String> keys = new java.util.ArrayList<>();
    sound.fieldNames().forEachRemaining(keys::add);
    String[] values = {"null", "-1", "0", "7", "\"x\"", "[]", "[1, 2]", "{}", "true", "1e300"};
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      try (Stream<Path> files = Files.list(GOLDEN.resolve(name))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
        }
      }
      Path weights = folder.resolve("diffusion_pytorch_model.safetensors");
      if (i % 4 == 0) {
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      } else {
        ObjectNode config = sound.deepCopy();
        String value = values[random.nextInt(values.length)];
        config.set(keys.get(random.nextInt(keys.size())), mapper.readTree(value));
        mapper.writeValue(folder.resolve("config.json").toFile(), config);
      }
      try (LatentCodec codec = load(folder, "float32")) {
        assertTrue(codec.reduction() > 1);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
        assertEquals(-1, e.getMessage().indexOf('\n'));
        refused++;
      }
    }
    assertTrue(refused > 30, refused + " refused");
  }
}
