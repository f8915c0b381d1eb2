package dev.triptych.models.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGraphTest {
  @TempDir Path folder;

  private static byte[] tiny() throws IOException {
    try (InputStream in =
        OnnxGraphTest.class.getResourceAsStream("/dev/triptych/models/bert/tiny-bert.onnx")) {
      return in.readAllBytes();
    }
  }

  @Test
  void namesWeightsAndFindsTheMatrixBeforeABias() throws IOException {
    Path file = Files.write(folder.resolve("tiny.onnx"), tiny());
    OnnxGraph graph = OnnxGraph.read(file);
    OnnxTensor words = graph.tensors().get("embeddings.word_embeddings.weight");
    assertArrayEquals(new long[] {40, 16}, words.shape());
    assertEquals(640, words.count());
    assertEquals(640, words.floats().remaining());
    OnnxTensor matrix = graph.matrixBefore("encoder.layer.1.intermediate.dense.bias").orElseThrow();
    assertArrayEquals(new long[] {16, 24}, matrix.shape());
    assertTrue(matrix.name().startsWith("onnx::MatMul"), matrix.name());
    assertTrue(graph.matrixBefore("embeddings.LayerNorm.bias").isEmpty());
    assertEquals(16, graph.nodes().stream().filter(n -> n.op().equals("MatMul")).count());
  }

  @Test
  void refusesWhatIsNotOnnx() {
    assertMessage("no graph", new byte[0]);
    assertMessage("not an ONNX file", "{\"a\": 1}".getBytes());
    assertMessage("not an ONNX file", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
  }

  @Test
  void refusesEveryCutFile() throws IOException {
    byte[] whole = tiny();
    for (int length = 1; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(
          IOException.class, () -> OnnxGraph.read(ByteBuffer.wrap(cut)), "cut at " + length);
    }
  }

  @Test
  void changedBytesEndInAGraphOrInAnIoException() throws IOException {
    byte[] whole = tiny();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] changed = whole.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      try {
        assertFalse(OnnxGraph.read(ByteBuffer.wrap(changed)).nodes() == null);
      } catch (IOException e) {
        assertFalse(e.getMessage().isBlank());
        refused++;
      }
    }
    assertTrue(refused > 50, refused + " refused: the changes never met a length");
  }

  @Test
  void refusesATensorWhoseBytesDoNotFillItsShape() {
    // graph { initializer { dims: 3 data_type: 1 name: "w" raw_data: 4 bytes } }
    byte[] tensor = {0x08, 3, 0x10, 1, 0x42, 1, 'w', 0x4a, 4, 0, 0, 0, 0};
    byte[] graph = new byte[tensor.length + 4];
    graph[0] = 0x3a;
    graph[1] = (byte) (tensor.length + 2);
    graph[2] = 0x2a;
    graph[3] = (byte) tensor.length;
    System.arraycopy(tensor, 0, graph, 4, tensor.length);
    assertMessage("\"w\" of shape [3] holds 4 bytes instead of 12", graph);
  }

  private static void assertMessage(String part, byte[] file) {
    IOException e = assertThrows(IOException.class, () -> OnnxGraph.read(ByteBuffer.wrap(file)));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
