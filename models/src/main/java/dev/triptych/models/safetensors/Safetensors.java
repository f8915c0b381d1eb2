package dev.triptych.models.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.models.message.Excerpt;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The header of a safetensors file, checked against the file: what tensors it holds, and where.
 *
 * <p>Every tensor lies inside the file, none overlaps another, and its bytes are those of its shape
 * and type; a program may map what passed. Format: huggingface/safetensors, README and
 * safetensors/src/tensor.rs.
 */
public final class Safetensors {

  private static final int LARGEST_HEADER = 100_000_000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * One tensor of a file.
   *
   * @param offset of its first byte from the start of the file
   * @param bytes its length
   */
  public record Entry(String name, Dtype dtype, long[] shape, long offset, long bytes) {}

  private final Path file;
  private final long size;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file, long size, Map<String, Entry> entries, Map<String, String> metadata) {
    this.file = file;
    this.size = size;
    this.entries = Collections.unmodifiableMap(entries);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Reads and checks a file's header.
   *
   * @throws IOException if the file is missing, cut or damaged, saying where
   */
  public static Safetensors open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer prefix = little(8);
      if (size < 8) {
        throw damaged(file, "it has " + size + " bytes, fewer than the 8 of a header's length");
      }
      readFully(channel, prefix, 0);
      long length = prefix.getLong(0);
      if (length < 2 || length > LARGEST_HEADER || length > size - 8) {
        throw damaged(file, "its header claims " + length + " of " + size + " bytes");
      }
      ByteBuffer header = little((int) length);
      readFully(channel, header, 8);
      JsonNode root = json(file, new String(header.array(), UTF_8));
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : root.path("__metadata__").properties()) {
        metadata.put(field.getKey(), field.getValue().asText());
      }
      return new Safetensors(file, size, entries(file, root, 8 + length, size), metadata);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "the model file is missing");
    }
  }

  /**
   * Opens the files of a model in a Hugging Face folder: {@code STEM.safetensors}, or the shards
   * that {@code STEM.safetensors.index.json} names.
   *
   * @param stem {@code model}, or {@code diffusion_pytorch_model} in diffusers' folders
   * @throws IOException if a file is missing, cut or damaged, saying which, or if the folder holds
   *     pickles instead
   */
  public static List<Safetensors> folder(Path folder, String stem) throws IOException {
    Path index = folder.resolve(stem + ".safetensors.index.json");
    Path single = folder.resolve(stem + ".safetensors");
    if (Files.exists(single)) {
      return List.of(open(single));
    }
    if (Files.exists(index)) {
      return shards(index);
    }
    refusePickles(folder);
    return List.of(open(single));
  }

  private static void refusePickles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      Optional<String> pickle =
          inside
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches(".*\\.(bin|pt|pth|ckpt|pkl)"))
              .min(Comparator.naturalOrder());
      if (pickle.isPresent()) {
        throw new IOException(
            folder
                + " holds its weights as "
                + pickle.get()
                + ", a pickle, which can run code and is never opened here; get or save the"
                + " model as safetensors");
      }
    }
  }

  /**
   * Opens all files that an index ({@code NAME.safetensors.index.json}) names.
   *
   * @throws IOException if one is missing or damaged, saying which and what to do
   */
  public static List<Safetensors> shards(Path index) throws IOException {
    JsonNode map;
    try {
      map = JSON.readTree(Files.readString(index)).path("weight_map");
    } catch (JsonProcessingException | java.nio.charset.CharacterCodingException e) {
      throw damaged(index, "it is no JSON");
    }
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode name : map) {
      if (!name.asText().matches("[\\w.-]+\\.safetensors")) {
        throw damaged(index, "\"" + name.asText() + "\" is no file name");
      }
      names.add(name.asText());
    }
    if (names.isEmpty()) {
      throw damaged(index, "its weight_map names no file");
    }
    List<Safetensors> shards = new ArrayList<>();
    for (String name : names) {
      shards.add(open(index.resolveSibling(name)));
    }
    return shards;
  }

  private static JsonNode json(Path file, String header) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(header);
    } catch (JsonProcessingException e) {
      throw damaged(file, "its header is no JSON: " + e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw damaged(file, "its header is no JSON object");
    }
    return root;
  }

  private static Map<String, Entry> entries(Path file, JsonNode root, long data, long size)
      throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        entries.put(field.getKey(), entry(file, field.getKey(), field.getValue(), data, size));
      }
    }
    List<Entry> ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::bytes));
    long end = data;
    for (Entry entry : ordered) {
      if (entry.offset() < end) {
        throw damaged(file, "tensor " + entry.name() + " overlaps the one before it");
      }
      end = entry.offset() + entry.bytes();
    }
    return entries;
  }

  private static Entry entry(Path file, String name, JsonNode node, long data, long size)
      throws IOException {
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!node.path("dtype").isTextual()
        || !shapeNode.isArray()
        || shapeNode.size() > 8
        || offsets.size() != 2
        || !offsets.path(0).canConvertToLong()
        || !offsets.path(1).canConvertToLong()) {
      throw damaged(file, "tensor " + name + " lacks a dtype, shape or data_offsets");
    }
    Dtype dtype;
    try {
      dtype = Dtype.named(node.path("dtype").asText());
    } catch (IOException e) {
      throw damaged(file, "tensor " + name + ": " + e.getMessage());
    }
    long[] shape = new long[shapeNode.size()];
    long bytes = dtype.bytes();
    for (int i = 0; i < shape.length; i++) {
      if (!shapeNode.get(i).isIntegralNumber() || !shapeNode.get(i).canConvertToLong()) {
        throw damaged(file, "tensor " + name + " has a size that is no number");
      }
      shape[i] = shapeNode.get(i).asLong();
      if (shape[i] < 0 || (shape[i] > 0 && bytes > Long.MAX_VALUE / shape[i])) {
        throw damaged(file, "tensor " + name + " has an impossible shape");
      }
      bytes *= shape[i];
    }
    long from = offsets.get(0).asLong();
    long to = offsets.get(1).asLong();
    if (from < 0 || to < from || to > size - data) {
      throw damaged(
          file, "tensor " + name + " ends beyond the file, which may have been cut at " + size);
    }
    if (to - from != bytes) {
      throw damaged(
          file, "tensor " + name + " has " + (to - from) + " bytes, its shape needs " + bytes);
    }
    return new Entry(name, dtype, shape, data + from, bytes);
  }

  private static IOException damaged(Path file, String what) {
    return new IOException(file + " is damaged: " + Excerpt.of(what) + "; get it again");
  }

  /** Returns the file's path. */
  public Path file() {
    return file;
  }

  /** Returns the file's length in bytes when it was opened. */
  public long size() {
    return size;
  }

  /** Returns the tensors by name, in the header's order. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** Returns what the writer noted beside the tensors. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads one tensor as float32, in row-major order.
   *
   * @throws IOException if the file holds no such tensor, it has over 2^31 numbers, or the file
   *     cannot be read
   */
  public float[] floats(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IOException(file + " holds no tensor " + name);
    }
    long count = entry.bytes() / entry.dtype().bytes();
    if (entry.bytes() > Integer.MAX_VALUE - 8) {
      throw new IOException(file + ": tensor " + name + " is too large to copy; map it");
    }
    ByteBuffer buffer = little((int) entry.bytes());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      readFully(channel, buffer, entry.offset());
    }
    buffer.flip();
    float[] numbers = new float[(int) count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = entry.dtype().read(buffer);
    }
    return numbers;
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position + buffer.position());
      if (count < 0) {
        throw new EOFException("the file ended while it was read");
      }
    }
  }
}
