package dev.triptych.models.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file, which appears whole or not at all.
 *
 * <pre>{@code
 * new SafetensorsWriter().add("bias", Dtype.F32, numbers, 16).write(folder.resolve("model.safetensors"));
 * }</pre>
 *
 * <p>Tensors keep the order in which they were added, and each begins at a multiple of its number's
 * size; give those of wider types first, else write refuses.
 */
public final class SafetensorsWriter {

  private record Tensor(String name, Dtype dtype, long[] shape, float[] numbers) {
    long bytes() {
      return (long) numbers.length * dtype.bytes();
    }
  }

  private final List<Tensor> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));

  /**
   * Adds a tensor.
   *
   * @param dtype F32, F16 or BF16; numbers are rounded to the nearest
   * @param numbers in row-major order, kept and not copied
   * @throws IllegalArgumentException if the numbers do not fill the shape or the name is taken
   */
  public SafetensorsWriter add(String name, Dtype dtype, float[] numbers, long... shape) {
    if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != numbers.length) {
      throw new IllegalArgumentException(
          name + ": " + numbers.length + " numbers do not fill " + Arrays.toString(shape));
    }
    if (tensors.stream().anyMatch(t -> t.name().equals(name))) {
      throw new IllegalArgumentException("two tensors are called " + name);
    }
    tensors.add(new Tensor(name, dtype, shape.clone(), numbers));
    return this;
  }

  /** Notes something beside the tensors. */
  public SafetensorsWriter note(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Writes to a temporary file beside the target, then moves it there. */
  public void write(Path target) throws IOException {
    byte[] header = header();
    Path folder = target.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(folder, target.getFileName().toString(), ".part");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(channel, prefix.putLong(0, header.length));
        writeFully(channel, ByteBuffer.wrap(header));
        for (Tensor tensor : tensors) {
          write(channel, tensor);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private byte[] header() {
    ObjectNode root = JsonMapper.builder().build().createObjectNode();
    ObjectNode notes = root.putObject("__metadata__");
    metadata.forEach(notes::put);
    long offset = 0;
    for (Tensor tensor : tensors) {
      if (offset % tensor.dtype().bytes() != 0) {
        throw new IllegalArgumentException(
            tensor.name() + " would not be aligned; add tensors of wider types first");
      }
      ObjectNode node = root.putObject(tensor.name());
      node.put("dtype", tensor.dtype().name());
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      node.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
      offset += tensor.bytes();
    }
    byte[] json = root.toString().getBytes(UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void write(FileChannel channel, Tensor tensor) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : tensor.numbers()) {
      tensor.dtype().write(buffer, number);
      if (buffer.remaining() < 8) {
        writeFully(channel, buffer.flip());
        buffer.clear();
      }
    }
    writeFully(channel, buffer.flip());
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
