package dev.triptych.models.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an ONNX file holds: named weights and the nodes that use them. Immutable.
 *
 * <p>A layer's matrix loses its name when PyTorch exports it, its bias does not: {@link
 * #matrixBefore} finds the matrix by the edge from {@code MatMul} to the {@code Add} of the bias.
 */
public final class OnnxGraph {
  /**
   * An operation.
   *
   * @param op its kind, such as {@code MatMul}
   * @param inputs names of values, in the operator's order
   * @param outputs names of values
   * @param value the tensor of a {@code Constant}, or null
   */
  public record Node(String op, List<String> inputs, List<String> outputs, OnnxTensor value) {}

  private final Map<String, OnnxTensor> tensors;
  private final List<Node> nodes;
  private final Map<String, Node> makers = new HashMap<>();

  private OnnxGraph(Map<String, OnnxTensor> tensors, List<Node> nodes) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.nodes = List.copyOf(nodes);
    for (Node node : nodes) {
      node.outputs().forEach(output -> makers.put(output, node));
      if (node.value() != null && !node.outputs().isEmpty()) {
        tensors.putIfAbsent(node.outputs().get(0), node.value());
      }
    }
  }

  /**
   * Maps a file and reads its graph; weights are read when they are used.
   *
   * @throws IOException if it is not an ONNX file, is damaged or is larger than 2 GiB
   */
  public static OnnxGraph read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new IOException(file + " is larger than 2 GiB, the limit of an ONNX file");
      }
      return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  /** Reads the graph of an ONNX file's bytes, of which it keeps views. */
  public static OnnxGraph read(ByteBuffer file) throws IOException {
    ProtobufReader model = new ProtobufReader(file);
    OnnxGraph graph = null;
    while (model.next()) {
      if (model.field() == 7) {
        graph = graph(model.message());
      }
    }
    if (graph == null) {
      throw new IOException("not an ONNX file, or a damaged one: it holds no graph");
    }
    return graph;
  }

  /** Returns the weights and constants by name. */
  public Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  /** Returns the operations, each after those whose results it uses. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Returns the operation that makes a value, if one does. */
  public Optional<Node> maker(String value) {
    return Optional.ofNullable(makers.get(value));
  }

  /**
   * Returns the matrix of the linear layer with this bias, (in, out), as {@code MatMul} holds it.
   */
  public Optional<OnnxTensor> matrixBefore(String bias) {
    return nodes.stream()
        .filter(node -> node.op().equals("Add") && node.inputs().contains(bias))
        .flatMap(add -> add.inputs().stream())
        .map(makers::get)
        .filter(node -> node != null && node.op().equals("MatMul"))
        .flatMap(product -> product.inputs().stream())
        .map(tensors::get)
        .filter(tensor -> tensor != null && tensor.shape().length == 2)
        .findFirst();
  }

  private static OnnxGraph graph(ProtobufReader message) throws IOException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> nodes.add(node(message.message()));
        case 5 -> {
          OnnxTensor tensor = OnnxTensor.read(message.message());
          tensors.put(tensor.name(), tensor);
        }
        default -> {}
      }
    }
    return new OnnxGraph(tensors, nodes);
  }

  private static Node node(ProtobufReader message) throws IOException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String op = "";
    OnnxTensor value = null;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> inputs.add(message.text());
        case 2 -> outputs.add(message.text());
        case 4 -> op = message.text();
        case 5 -> {
          OnnxTensor tensor = attributeTensor(message.message());
          value = tensor == null ? value : tensor;
        }
        default -> {}
      }
    }
    return new Node(op, List.copyOf(inputs), List.copyOf(outputs), value);
  }

  private static OnnxTensor attributeTensor(ProtobufReader attribute) throws IOException {
    OnnxTensor tensor = null;
    while (attribute.next()) {
      if (attribute.field() == 5) {
        tensor = OnnxTensor.read(attribute.message());
      }
    }
    return tensor;
  }
}
