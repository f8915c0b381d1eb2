package dev.triptych.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

  private static final Placement CPU = Placement.of("cpu", "auto");
  private static final int WIDTH = 3;

  @TempDir Path folder;

  private static float[] random(int count, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      // Exact in 16 bits, so that every type of file holds the same weights.
      numbers[i] = random.nextInt(-16, 17) / 16f;
    }
    return numbers;
  }

  private static SafetensorsWriter layer(SafetensorsWriter writer, int index, Dtype dtype) {
    return writer
        .add("layers." + index + ".weight", dtype, random(WIDTH * WIDTH, index), WIDTH, WIDTH)
        .add("layers." + index + ".bias", dtype, random(WIDTH, 10 + index), WIDTH);
  }

  private static float[] reference(float[] x) {
    float[] in = x;
    for (int layer = 0; layer < 2; layer++) {
      float[] w = random(WIDTH * WIDTH, layer);
      float[] b = random(WIDTH, 10 + layer);
      float[] out = new float[WIDTH];
      for (int i = 0; i < WIDTH; i++) {
        double sum = b[i];
        for (int j = 0; j < WIDTH; j++) {
          sum += w[i * WIDTH + j] * in[j];
        }
        out[i] = (float) (sum / (1 + Math.exp(-sum)));
      }
      in = out;
    }
    for (int i = 0; i < WIDTH; i++) {
      in[i] = (float) (in[i] * 2 / Math.sqrt(WIDTH));
    }
    return in;
  }

  private Program mlp(List<Safetensors> files) throws IOException {
    Program program = Program.load(ProgramTest.class, List.of("mlp.py"), files, CPU);
    try (Program.Result loaded = program.call("load", 2, WIDTH)) {
      assertEquals(2, loaded.whole());
    }
    return program;
  }

  private List<Safetensors> shards(Dtype first, Dtype second) throws IOException {
    layer(new SafetensorsWriter(), 0, first).write(folder.resolve("a.safetensors"));
    layer(new SafetensorsWriter(), 1, second).write(folder.resolve("b.safetensors"));
    return List.of(
        Safetensors.open(folder.resolve("a.safetensors")),
        Safetensors.open(folder.resolve("b.safetensors")));
  }

  private static float[] forward(Program program, float... x) {
    try (Tensor in = Tensor.of(x, 1, x.length);
        Program.Result out = program.call("forward", in)) {
      return out.floats();
    }
  }

  @Test
  void computesFromWeightsOfEveryType() throws IOException {
    float[] x = {0.5f, -1, 2};
    for (Dtype dtype : List.of(Dtype.F32, Dtype.F16, Dtype.BF16)) {
      try (Program program = mlp(shards(dtype, Dtype.F32))) {
        assertArrayEquals(reference(x), forward(program, x), 1e-6f, dtype.toString());
        assertEquals((long) 12 * dtype.bytes() + 12 * 4, program.mappedBytes());
      }
    }
  }

  @Test
  void aClassThatExtendsTheModuleIsMoreOfIt() throws IOException {
    float[] x = {0.5f, -1, 2};
    List<String> sources = List.of("mlp.py", "mlp_counting.py");
    try (Program program =
            Program.load(ProgramTest.class, sources, shards(Dtype.F32, Dtype.F32), CPU);
        Tensor in = Tensor.of(x, 1, x.length)) {
      program.call("load", 2, WIDTH).close();
      float[] once = forward(program, x);
      for (int times = 1; times < 3; times++) {
        try (Program.Result out = program.call("counted", in)) {
          assertEquals(once[1] * times, out.floats()[1]);
        }
      }
    }
  }

  /** Writers that do not pad the header leave tensors that cannot be mapped as they lie. */
  @Test
  void copiesTensorsThatAreNotAligned() throws IOException {
    List<Safetensors> files = shards(Dtype.BF16, Dtype.F32);
    for (Safetensors file : files) {
      byte[] bytes = Files.readAllBytes(file.file());
      long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
      ByteBuffer shifted = ByteBuffer.allocate(bytes.length + 1).order(ByteOrder.LITTLE_ENDIAN);
      shifted.putLong(header + 1).put(bytes, 8, (int) header).put((byte) ' ');
      shifted.put(bytes, 8 + (int) header, bytes.length - 8 - (int) header);
      Files.write(file.file(), shifted.array());
    }
    float[] x = {0.5f, -1, 2};
    try (Program program =
        mlp(
            List.of(
                Safetensors.open(files.get(0).file()), Safetensors.open(files.get(1).file())))) {
      assertArrayEquals(reference(x), forward(program, x), 1e-6f);
    }
  }

  @Test
  void passesStateAndSixteenBitTensorsThrough() throws IOException {
    try (Program program = mlp(shards(Dtype.F32, Dtype.F32));
        Tensor a = Tensor.of(new float[] {1, 2}, 2);
        Tensor b = Tensor.of(new float[] {3}, 1);
        Program.Result grown = program.call("grown", List.of(a, b))) {
      List<Tensor> state = grown.tensors();
      assertArrayEquals(new float[] {2, 3}, state.get(0).floats());
      assertArrayEquals(new float[] {4}, state.get(1).floats());
      state.forEach(Tensor::close);
      try (Program.Result pair = program.call("pair", a)) {
        List<Tensor> both = pair.tensors();
        try (Program.Result back = program.call("back", both.get(1))) {
          assertArrayEquals(new float[] {1, 2}, back.floats());
        }
        both.forEach(Tensor::close);
      }
    }
  }

  @Test
  void takesGradients() throws IOException {
    try (Program program = mlp(shards(Dtype.F32, Dtype.F32));
        Tensor x = Tensor.of(new float[] {1, -2, 3}, 3);
        Tensor times = Tensor.of(new float[] {0.5f}, 1)) {
      List<Tensor> results = program.train("squared", x, times);
      assertArrayEquals(new float[] {7}, results.get(0).floats());
      assertArrayEquals(new float[] {1, -2, 3}, results.get(1).floats());
      results.forEach(Tensor::close);
    }
  }

  @Test
  void leavesNothingOpen() throws IOException {
    int programs = Torch.openPrograms();
    int tensors = Torch.openTensors();
    int managed = Torch.root().getManagedArrays().size();
    try (Program program = mlp(shards(Dtype.F32, Dtype.F32))) {
      for (int i = 0; i < 100; i++) {
        forward(program, 1, 2, 3);
        assertThrows(IllegalStateException.class, () -> program.call("forward", 5));
        assertThrows(IllegalArgumentException.class, () -> program.call("forward", 'x'));
      }
    }
    assertEquals(programs, Torch.openPrograms());
    assertEquals(tensors, Torch.openTensors());
    assertEquals(managed, Torch.root().getManagedArrays().size());
  }

  @Test
  void givesEachOfManyThreadsTheSameBytes() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Program program = mlp(shards(Dtype.BF16, Dtype.F32))) {
      float[] alone = forward(program, 1, 2, 3);
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Callable<float[]> call = () -> forward(program, 1, 2, 3);
        results.add(threads.submit(call));
      }
      for (Future<float[]> result : results) {
        assertArrayEquals(alone, result.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesDevicesAndFilesThatAreNotThere() throws IOException {
    List<Safetensors> files = shards(Dtype.F32, Dtype.F32);
    Files.write(files.get(0).file(), new byte[5]);
    IOException changed = assertThrows(IOException.class, () -> mlp(files));
    assertTrue(changed.getMessage().contains("a.safetensors changed"), changed.getMessage());
    Placement far = Placement.of("cuda:99", "auto");
    assertThrows(
        IllegalArgumentException.class,
        () -> Program.load(ProgramTest.class, List.of("mlp.py"), List.of(), far));
  }

  @Test
  void knowsWhatItRunsOn() {
    Torch.start();
    assertTrue(Torch.libtorch().startsWith("2."), Torch.libtorch());
    assertTrue(Torch.instructionSet().startsWith(System.getProperty("os.arch")));
    assertTrue(Torch.threads() >= 1);
  }
}
