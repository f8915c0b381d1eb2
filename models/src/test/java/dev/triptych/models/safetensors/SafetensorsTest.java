package dev.triptych.models.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @TempDir Path folder;

  private Path raw(String header, int data) throws IOException {
    byte[] json = header.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(folder.resolve("raw.safetensors"), bytes.array());
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = folder.resolve("x.safetensors");
    float[] numbers = {0, -1.5f, 65504, 1e-7f, Float.POSITIVE_INFINITY, 3};
    new SafetensorsWriter()
        .add("wide", Dtype.F32, numbers, 2, 3)
        .add("half", Dtype.F16, numbers, 6)
        .add("brain", Dtype.BF16, numbers, 6)
        .add("none", Dtype.F32, new float[0], 0)
        .write(file);
    Safetensors read = Safetensors.open(file);
    assertEquals(List.of("wide", "half", "brain", "none"), List.copyOf(read.entries().keySet()));
    assertArrayEquals(new long[] {2, 3}, read.entries().get("wide").shape());
    assertArrayEquals(numbers, read.floats("wide"));
    assertArrayEquals(
        new float[] {0, -1.5f, 65504, 0x1p-23f, Float.POSITIVE_INFINITY, 3}, read.floats("half"));
    assertArrayEquals(
        new float[] {0, -1.5f, 65536, 0x1.aep-24f, Float.POSITIVE_INFINITY, 3},
        read.floats("brain"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count(), "no temporary file stays");
    }
  }

  @Test
  void halvesSurviveTheWayThere() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short half = (short) bits;
      float wide = Dtype.fromHalf(half);
      if (!Float.isNaN(wide)) {
        assertEquals(half, Dtype.toHalf(wide));
      } else {
        assertTrue(Float.isNaN(Dtype.fromHalf(Dtype.toHalf(wide))));
      }
    }
  }

  @Test
  void halvesRoundToTheNearestOrTheEvenOne() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      float number = Float.intBitsToFloat(random.nextInt());
      if (Math.abs(number) < 65504) {
        int at = Dtype.toHalf(number) & 0x7fff;
        float error = Math.abs(Dtype.fromHalf((short) at) - Math.abs(number));
        for (int other : new int[] {Math.max(0, at - 1), Math.min(0x7bff, at + 1)}) {
          float othersError = Math.abs(Dtype.fromHalf((short) other) - Math.abs(number));
          assertTrue(error < othersError || error == othersError && (at % 2 == 0 || other == at));
        }
      }
    }
    assertEquals(0x7c00, Dtype.toHalf(65520));
    assertEquals(0x7bff, Dtype.toHalf(65519));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "nonsense",
        "{\"a\":5}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{}}",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[100],\"data_offsets\":[0,400]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
      })
  void refusesHeadersThatLie(String header) throws IOException {
    Path file = raw(header, 16);
    IOException e = assertThrows(IOException.class, () -> Safetensors.open(file));
    assertTrue(e.getMessage().contains("raw.safetensors is damaged"), e.getMessage());
  }

  @Test
  void refusesCutAndMissingFiles() throws IOException {
    Path file = folder.resolve("x.safetensors");
    new SafetensorsWriter().add("a", Dtype.F32, new float[16], 4, 4).write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(IOException.class, () -> Safetensors.open(file));
    }
    Files.delete(file);
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Safetensors.open(file));
    assertTrue(e.getMessage().contains("missing"));
  }

  /** Whatever one byte of the header becomes, what opens can be read to its end. */
  @Test
  void readsOrRefusesEveryMutation() throws IOException {
    Path file = folder.resolve("x.safetensors");
    new SafetensorsWriter()
        .add("a", Dtype.F32, new float[6], 2, 3)
        .add("b", Dtype.BF16, new float[4], 4)
        .write(file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] mutated = whole.clone();
      mutated[random.nextInt(whole.length - 32)] = (byte) random.nextInt(256);
      Files.write(file, mutated);
      try {
        Safetensors read = Safetensors.open(file);
        for (String name : read.entries().keySet()) {
          read.floats(name);
        }
      } catch (IOException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " of 2000 refused");
  }

  @Test
  void opensTheShardsThatAnIndexNames() throws IOException {
    new SafetensorsWriter()
        .add("a", Dtype.F32, new float[2], 2)
        .write(folder.resolve("m-1.safetensors"));
    new SafetensorsWriter()
        .add("b", Dtype.F32, new float[2], 2)
        .write(folder.resolve("m-2.safetensors"));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index, "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\"}}");
    assertEquals(2, Safetensors.folder(folder, "model").size());
    Files.writeString(index, "{\"weight_map\":{\"a\":\"../m-1.safetensors\"}}");
    assertThrows(IOException.class, () -> Safetensors.folder(folder, "model"));
    Files.writeString(index, "{\"weight_map\":");
    assertThrows(IOException.class, () -> Safetensors.folder(folder, "model"));
  }
}
