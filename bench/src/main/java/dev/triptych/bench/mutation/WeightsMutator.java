package dev.triptych.bench.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes a safetensors file: its length of the header, the header, or what follows. */
final class WeightsMutator {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> DTYPES =
      List.of("F64", "F32", "F16", "BF16", "I64", "I8", "U8", "BOOL", "F8_E4M3", "F4", "f32", "");
  private static final int MANY = 50_000;

  private final SplittableRandom random;
  private String what = "";

  WeightsMutator(SplittableRandom random) {
    this.random = random;
  }

  /** Returns what was changed last. */
  String what() {
    return what;
  }

  /** Returns a file with one change. */
  byte[] change(byte[] whole) throws IOException {
    int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    String text = new String(whole, 8, header, UTF_8);
    switch (random.nextInt(8)) {
      case 0 -> {
        long[] lengths = {
          0,
          1,
          2,
          header - 1,
          header + 1,
          whole.length - 8,
          whole.length - 7,
          100_000_000,
          100_000_001,
          Integer.MAX_VALUE,
          1L << 32,
          Long.MAX_VALUE,
          -1,
          Long.MIN_VALUE
        };
        long length = lengths[random.nextInt(lengths.length)];
        what = "the header's length = " + length;
        byte[] changed = whole.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        return changed;
      }
      case 1 -> {
        JsonMutator mutator = new JsonMutator(random);
        String changed = mutator.change(text);
        what = mutator.what();
        return file(changed, whole, header);
      }
      case 2 -> {
        what = "every number is 0x" + (random.nextBoolean() ? "ff" : "7f");
        byte[] changed = whole.clone();
        Arrays.fill(changed, 8 + header, whole.length, (byte) (what.endsWith("ff") ? 0xff : 0x7f));
        return changed;
      }
      default -> {
        ObjectNode root = (ObjectNode) JSON.readTree(text);
        tensor(root, whole.length - 8 - header);
        return file(root.toString(), whole, header);
      }
    }
  }

  private static byte[] file(String header, byte[] whole, int before) {
    byte[] bytes = header.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
    out.writeBytes(bytes);
    out.write(whole, 8 + before, whole.length - 8 - before);
    return out.toByteArray();
  }

  /** Changes what the header says of one tensor, knowing what it means. */
  private void tensor(ObjectNode root, int data) {
    List<String> names = new ArrayList<>();
    root.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    String name = names.get(random.nextInt(names.size()));
    String other = names.get(random.nextInt(names.size()));
    ObjectNode tensor = (ObjectNode) root.get(name);
    ArrayNode shape = (ArrayNode) tensor.get("shape");
    ArrayNode offsets = (ArrayNode) tensor.get("data_offsets");
    long from = offsets.get(0).asLong();
    long to = offsets.get(1).asLong();
    switch (random.nextInt(12)) {
      case 0 -> tensor.put("dtype", DTYPES.get(random.nextInt(DTYPES.size())));
      case 1 -> { // half as wide a type, twice as many numbers
        tensor.put("dtype", "U8");
        shape.removeAll().add(to - from);
      }
      case 2 -> {
        JsonNode last = shape.remove(shape.size() - 1);
        shape.insert(0, last);
      }
      case 3 -> shape.add(1).insert(0, 1);
      case 4 -> shape.removeAll().add(0);
      case 5 -> shape.removeAll().add(1L << 32).add(1L << 32).add(random.nextInt(3));
      case 6 -> tensor.set("data_offsets", root.get(other).get("data_offsets").deepCopy());
      case 7 -> {
        offsets.removeAll();
        long by = random.nextLong(-64, 65);
        offsets.add(from + by).add(to + by);
      }
      case 8 -> {
        offsets.removeAll();
        offsets.add(data - (to - from)).add(data);
      }
      case 9 -> root.set(other, root.remove(name));
      case 10 -> {
        root.set(name + "x", tensor.deepCopy());
        name = MANY + " empty tensors beside " + name;
        for (int i = 0; i < MANY; i++) {
          ObjectNode more = root.putObject("x" + i).put("dtype", "U8");
          more.putArray("shape").add(0);
          more.putArray("data_offsets").add(0).add(0);
        }
      }
      default -> {
        shape.removeAll();
        offsets.removeAll();
        offsets.add(Long.MAX_VALUE - 8).add(Long.MIN_VALUE + 8);
      }
    }
    what = name + " : " + JsonMutator.shown(tensor.toString());
  }
}
