package dev.triptych.models.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.onnx.OnnxGraph;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BERT of random weights from transformers: its names, shapes and states (tiny_bert.py). */
class BertOnnxTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = BertOnnxTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static JsonNode golden() throws IOException {
    return new ObjectMapper().readTree(resource("tiny-bert.json"));
  }

  @Test
  void readsTheShapeFromTheGraph() throws IOException {
    BertConfig config =
        new BertOnnx(OnnxGraph.read(ByteBuffer.wrap(resource("tiny-bert.onnx")))).config();
    assertEquals(new BertConfig(40, 16, 2, 4, 24, 12, 2, 1e-12), config);
    Files.writeString(folder.resolve("config.json"), config.json());
    assertEquals(config, BertConfig.read(folder));
  }

  @Test
  void weightsCarryTheirNamesAndOrientation() throws IOException {
    BertOnnx bert = new BertOnnx(OnnxGraph.read(ByteBuffer.wrap(resource("tiny-bert.onnx"))));
    JsonNode first = golden().path("firstValues");
    for (String name : bert.config().weights().keySet()) {
      float[] values = bert.values(name);
      JsonNode wanted = first.path(name);
      assertEquals(6, wanted.size(), name);
      for (int i = 0; i < 6; i++) {
        assertEquals(wanted.get(i).floatValue(), values[i], 1e-7f, name);
      }
    }
  }

  @Test
  void statesAreThoseOfOnnxRuntime() throws IOException {
    Path onnx = Files.write(folder.resolve("model.onnx"), resource("tiny-bert.onnx"));
    ShippedEncoders.convert(onnx, folder, new Pooling(false, 12));
    BertConfig config = BertConfig.read(folder);
    assertEquals(new Pooling(false, 12), Pooling.read(folder, config));
    List<Safetensors> files = Safetensors.folder(folder, "model");
    JsonNode rows = golden().path("rows");
    int width = 6;
    long[] ids = new long[rows.size() * width];
    long[] lengths = new long[rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      lengths[row] = rows.get(row).path("ids").size();
      for (int i = 0; i < lengths[row]; i++) {
        ids[row * width + i] = rows.get(row).path("ids").get(i).asLong();
      }
    }
    try (Program program =
            Program.load(BertOnnx.class, List.of("bert.py"), files, Placement.of("cpu", "auto"));
        Tensor idTensor = Tensor.of(ids, rows.size(), width);
        Tensor lengthTensor = Tensor.of(lengths, rows.size())) {
      program.call("load", config.layers(), config.heads(), config.epsilon()).close();
      try (Program.Result result = program.call("forward", idTensor, lengthTensor)) {
        float[] states = result.floats();
        for (int row = 0; row < rows.size(); row++) {
          for (int i = 0; i < lengths[row]; i++) {
            float[] mine = new float[16];
            System.arraycopy(states, (row * width + i) * 16, mine, 0, 16);
            assertArrayEquals(
                floats(rows.get(row).path("states").get(i)), mine, 2e-5f, row + "," + i);
          }
        }
      }
    }
  }

  @Test
  void saysWhatAGraphLacks() throws IOException {
    byte[] whole = resource("tiny-bert.onnx");
    assertMessage("lacks the weight embeddings.position", renamed(whole, "embeddings.position_e"));
    assertMessage("layer.1.output.dense", renamed(whole, "encoder.layer.1.output.dense.b"));
    assertMessage("no BERT encoder", renamed(whole, "ReduceMean"));
  }

  @Test
  void changedGraphsEndInAModelOrInAnIoException() throws IOException {
    byte[] whole = resource("tiny-bert.onnx");
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    List<String> refused = new ArrayList<>();
    for (int round = 0; round < 2000; round++) {
      byte[] changed = whole.clone();
      // The first half is nodes, where a change does not only move a weight.
      changed[random.nextInt(changed.length / 2)] = (byte) random.nextInt(256);
      try {
        assertTrue(new BertOnnx(OnnxGraph.read(ByteBuffer.wrap(changed))).config().layers() > 0);
      } catch (IOException e) {
        refused.add(e.getMessage());
      }
    }
    assertTrue(refused.size() > 100, refused.size() + " of 2000 refused");
  }

  private static byte[] renamed(byte[] file, String name) {
    String latin = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertTrue(latin.contains(name));
    return latin
        .replace(name, "X" + name.substring(1))
        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static void assertMessage(String part, byte[] file) {
    IOException e =
        assertThrows(IOException.class, () -> new BertOnnx(OnnxGraph.read(ByteBuffer.wrap(file))));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static float[] floats(JsonNode array) {
    float[] numbers = new float[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).floatValue();
    }
    return numbers;
  }
}
