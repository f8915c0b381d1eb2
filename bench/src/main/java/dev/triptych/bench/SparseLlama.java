package dev.triptych.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** A folder of a Llama of 24 layers and over 1 GiB whose weights are zeros that no disk holds. */
final class SparseLlama {

  private static final int LAYERS = 24;
  private static final int HIDDEN = 1280;
  private static final int INNER = 4608;
  private static final int NARROW = 320; // five groups of keys
  private static final int VOCABULARY = 32000;

  private SparseLlama() {}

  static int tensors() {
    return shapes().size();
  }

  private static Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, HIDDEN});
    for (int i = 0; i < LAYERS; i++) {
      String layer = "model.layers." + i + ".";
      shapes.put(layer + "input_layernorm.weight", new int[] {HIDDEN});
      shapes.put(layer + "mlp.down_proj.weight", new int[] {HIDDEN, INNER});
      shapes.put(layer + "mlp.gate_proj.weight", new int[] {INNER, HIDDEN});
      shapes.put(layer + "mlp.up_proj.weight", new int[] {INNER, HIDDEN});
      shapes.put(layer + "post_attention_layernorm.weight", new int[] {HIDDEN});
      shapes.put(layer + "self_attn.k_proj.weight", new int[] {NARROW, HIDDEN});
      shapes.put(layer + "self_attn.o_proj.weight", new int[] {HIDDEN, HIDDEN});
      shapes.put(layer + "self_attn.q_proj.weight", new int[] {HIDDEN, HIDDEN});
      shapes.put(layer + "self_attn.v_proj.weight", new int[] {NARROW, HIDDEN});
    }
    shapes.put("model.norm.weight", new int[] {HIDDEN});
    return shapes;
  }

  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringJoiner header = new StringJoiner(",", "{", "}");
    long end = 0;
    for (Map.Entry<String, int[]> shape : shapes().entrySet()) {
      long bytes = 2;
      StringJoiner sizes = new StringJoiner(",", "[", "]");
      for (int size : shape.getValue()) {
        bytes *= size;
        sizes.add(Integer.toString(size));
      }
      header.add(
          "\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(shape.getKey(), sizes, end, end + bytes));
      end += bytes;
    }
    byte[] json = header.toString().getBytes(UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("model.safetensors"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      file.write(start.flip(), 0);
      file.write(ByteBuffer.wrap(new byte[] {0}), 8 + padded + end - 1);
    }
    Files.writeString(
        folder.resolve("config.json"),
        ("{\"model_type\":\"llama\",\"vocab_size\":%d,\"hidden_size\":%d,\"intermediate_size\":%d,"
                + "\"num_hidden_layers\":%d,\"num_attention_heads\":20,\"num_key_value_heads\":5,"
                + "\"tie_word_embeddings\":true}")
            .formatted(VOCABULARY, HIDDEN, INNER, LAYERS));
  }
}
