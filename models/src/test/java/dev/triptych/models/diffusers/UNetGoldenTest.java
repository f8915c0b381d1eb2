package dev.triptych.models.diffusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** UNets of every configuration give what diffusers gave (src/test/golden/unet/make.py). */
class UNetGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/golden/unet");
  private static final int BATCH = 2;

  /** Largest difference allowed, of the largest number: fp32 saw 1.3e-6, bf16 0.032, fp16 0.007. */
  private static final Map<String, Double> ALLOWED =
      Map.of("float32", 1e-5, "bfloat16", 0.08, "float16", 0.02);

  @TempDir Path folder;

  @Test
  void everyConfigurationPredictsAsDiffusers() throws IOException {
    Safetensors answers = Safetensors.open(GOLDEN.resolve("answers.safetensors"));
    List<JsonNode> cases = cases();
    for (JsonNode golden : cases) {
      String name = golden.get("name").textValue();
      write(golden);
      for (String dtype : ALLOWED.keySet()) {
        try (UNet unet = UNet.load(folder, Placement.of("cpu", dtype))) {
          assertEquals(golden.get("parameters").longValue(), unet.config().parameters());
          close(name + " in " + dtype, answers.floats(name), predict(unet, golden), dtype);
        }
      }
    }
    assertEquals(answers.entries().size(), cases.size());
  }

  @Test
  void readsShardsOfTheVariantThatThereIs() throws IOException {
    float[] expected = Safetensors.open(GOLDEN.resolve("answers.safetensors")).floats("sd-lcm");
    for (String dtype : List.of("float16", "bfloat16", "float32")) {
      try (UNet unet = UNet.load(GOLDEN.resolve("shards-fp16"), Placement.of("cpu", dtype))) {
        String allowed = dtype.equals("float32") ? "float16" : dtype; // the weights are float16
        close("shards in " + dtype, expected, predict(unet, cases().get(0)), allowed);
      }
    }
  }

  @Test
  void picksTheVariantOfTheTypeAskedFor() throws IOException {
    write(cases().get(0));
    Path plain = folder.resolve("diffusion_pytorch_model.safetensors");
    Path bf16 = folder.resolve("diffusion_pytorch_model.bf16.safetensors");
    Files.copy(plain, bf16);
    assertEquals(List.of(plain), files("float32"));
    assertEquals(List.of(plain), files("auto"));
    assertEquals(List.of(plain), files("float16"));
    assertEquals(List.of(bf16), files("bfloat16"));
    Files.delete(plain);
    assertEquals(List.of(bf16), files("float32"));
    assertEquals(List.of(bf16), files("float16"));
  }

  private List<Path> files(String dtype) throws IOException {
    return WeightFiles.open(folder, "diffusion_pytorch_model", Placement.of("cpu", dtype)).stream()
        .map(Safetensors::file)
        .toList();
  }

  private static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    new ObjectMapper().readTree(GOLDEN.resolve("cases.json").toFile()).forEach(cases::add);
    return cases;
  }

  private static float[] predict(UNet unet, JsonNode golden) {
    int height = golden.get("height").intValue();
    int width = golden.get("width").intValue();
    int tokens = golden.get("tokens").intValue();
    int padding = golden.get("padding").intValue();
    float[] latents =
        doubled(numbers("latents", BATCH * unet.config().inChannels() * height * width));
    float[] text = doubled(numbers("text", BATCH * tokens * unet.config().textWidth()));
    float[] mask = null;
    if (padding > 0) {
      mask = new float[BATCH * tokens];
      Arrays.fill(mask, 0, mask.length - padding, 1);
    }
    float[] ids = numbers("ids", BATCH * golden.get("ids").intValue());
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (float) Math.rint(ids[i] * 512);
    }
    float[] pooled = numbers("pooled", BATCH * golden.get("pooled").intValue());
    float[] guidance = numbers("guidance", BATCH * golden.get("guidance").intValue());
    float timestep = golden.get("timestep").intValue();
    return unet.predict(
        latents,
        BATCH,
        height,
        width,
        timestep,
        text,
        tokens,
        mask,
        new Added(pooled, ids, guidance));
  }

  private void write(JsonNode golden) throws IOException {
    Files.writeString(folder.resolve("config.json"), golden.get("config").toString());
    SafetensorsWriter writer = new SafetensorsWriter();
    UNetConfig.read(folder)
        .weights()
        .shapes()
        .forEach((name, shape) -> writer.add(name, Dtype.F32, weight(name, shape), shape));
    writer.write(folder.resolve("diffusion_pytorch_model.safetensors"));
  }

  private static float[] weight(String name, long[] shape) {
    long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] values = numbers(name, (int) count);
    float scale = shape.length > 1 ? (float) (2 / Math.sqrt((double) count / shape[0])) : .25f;
    float base = shape.length == 1 && name.contains("norm") && name.endsWith("weight") ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] * scale + base;
    }
    return values;
  }

  private static float[] doubled(float[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= 2;
    }
    return numbers;
  }

  /** The numbers of make.py: even in -1..1, from the position and the CRC of the name. */
  private static float[] numbers(String name, int count) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(UTF_8));
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      int z = i * 0x9E3779B9 + (int) crc.getValue();
      z = (z ^ z >>> 16) * 0x85EBCA6B;
      z = (z ^ z >>> 13) * 0xC2B2AE35;
      z ^= z >>> 16;
      numbers[i] = (float) ((z & 0xFFFFFFFFL) / 0x1p31 - 1);
    }
    return numbers;
  }

  private static void close(String what, float[] expected, float[] actual, String dtype) {
    assertEquals(expected.length, actual.length, what);
    double most = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - actual[i]);
      most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    assertTrue(most <= ALLOWED.get(dtype) * largest, what + " differs by " + most / largest);
  }
}
