package dev.triptych.models.bert;

import dev.triptych.models.onnx.OnnxGraph;
import dev.triptych.models.onnx.OnnxGraph.Node;
import dev.triptych.models.onnx.OnnxTensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A BERT encoder inside an ONNX file that PyTorch exported: its shape and its weights by the names
 * of {@code transformers}.
 *
 * <p>Embeddings, biases and norms kept their names; a linear layer's matrix is found before its
 * bias and transposed back to (out, in).
 */
final class BertOnnx {
  private final OnnxGraph graph;
  private final BertConfig config;

  /**
   * Finds the model in a graph.
   *
   * @throws IOException if the graph lacks one of its weights, or one has another shape
   */
  BertOnnx(OnnxGraph graph) throws IOException {
    this.graph = graph;
    long[] words = shape("embeddings.word_embeddings.weight", 2);
    int layers = 0;
    while (graph.tensors().containsKey(query(layers))) {
      layers++;
    }
    try {
      this.config =
          new BertConfig(
              (int) words[0],
              (int) words[1],
              layers,
              heads(words[1]),
              (int) shape("encoder.layer.0.intermediate.dense.bias", 1)[0],
              (int) shape("embeddings.position_embeddings.weight", 2)[0],
              (int) shape("embeddings.token_type_embeddings.weight", 2)[0],
              epsilon());
    } catch (IllegalArgumentException e) {
      throw new IOException("the ONNX file holds no BERT encoder: " + e.getMessage(), e);
    }
    for (var weight : config.weights().entrySet()) {
      long[] stored = stored(weight.getKey()).shape();
      long[] wanted = weight.getValue();
      if (!Arrays.equals(stored, isMatrix(weight.getKey()) ? reversed(wanted) : wanted)) {
        throw new IOException(
            "the ONNX file's %s has shape %s instead of %s"
                .formatted(weight.getKey(), Arrays.toString(stored), Arrays.toString(wanted)));
      }
    }
  }

  BertConfig config() {
    return config;
  }

  /** Returns a copy of a weight's values, row-major in the shape that {@code config} says. */
  float[] values(String name) throws IOException {
    OnnxTensor tensor = stored(name);
    float[] values = new float[(int) tensor.count()];
    tensor.floats().get(values);
    if (!isMatrix(name)) {
      return values;
    }
    int in = (int) tensor.shape()[0];
    int out = (int) tensor.shape()[1];
    float[] transposed = new float[values.length]; // (out, in)
    for (int row = 0; row < in; row++) {
      for (int column = 0; column < out; column++) {
        transposed[column * in + row] = values[row * out + column];
      }
    }
    return transposed;
  }

  private OnnxTensor stored(String name) throws IOException {
    OnnxTensor tensor =
        isMatrix(name)
            ? graph.matrixBefore(name.replaceFirst("weight$", "bias")).orElse(null)
            : graph.tensors().get(name);
    if (tensor == null) {
      throw new IOException("the ONNX file lacks the weight " + name);
    }
    if (tensor.type() != OnnxTensor.FLOAT) {
      throw new IOException("the ONNX file's " + name + " is not float32");
    }
    return tensor;
  }

  private static boolean isMatrix(String name) {
    return name.startsWith("encoder.")
        && name.endsWith(".weight")
        && !name.endsWith("LayerNorm.weight");
  }

  private long[] shape(String name, int rank) throws IOException {
    long[] shape = stored(name).shape();
    if (shape.length != rank) {
      throw new IOException("the ONNX file's %s has %d axes".formatted(name, shape.length));
    }
    return shape;
  }

  /** Scores are divided by the square root of a head's size, which tells the number of heads. */
  private int heads(long hidden) throws IOException {
    double scale =
        constantBeside("Div", "MatMul", node -> node.inputs().stream().noneMatch(this::isTensor));
    return Math.toIntExact(Math.round(hidden / (scale * scale)));
  }

  /** The constant added to the variance before its square root. */
  private double epsilon() throws IOException {
    double exact = constantBeside("Add", "ReduceMean", node -> true);
    return Double.parseDouble(Float.toString((float) exact));
  }

  private double constantBeside(
      String op, String makerOp, java.util.function.Predicate<Node> isRight) throws IOException {
    for (Node node : graph.nodes()) {
      boolean fits =
          node.op().equals(op)
              && makers(node).anyMatch(maker -> maker.op().equals(makerOp) && isRight.test(maker));
      if (fits) {
        for (String input : node.inputs()) {
          OnnxTensor value = graph.tensors().get(input);
          if (value != null && value.type() == OnnxTensor.FLOAT && value.count() == 1) {
            return value.floats().get(0);
          }
        }
      }
    }
    throw new IOException(
        "the ONNX file holds no BERT encoder: no constant in " + op + " after " + makerOp);
  }

  private Stream<Node> makers(Node node) {
    return node.inputs().stream()
        .map(input -> graph.maker(input).orElse(null))
        .filter(Objects::nonNull);
  }

  private boolean isTensor(String value) {
    return graph.tensors().containsKey(value);
  }

  private static String query(int layer) {
    return "encoder.layer." + layer + ".attention.self.query.bias";
  }

  private static long[] reversed(long[] shape) {
    return List.of(shape[1], shape[0]).stream().mapToLong(Long::longValue).toArray();
  }
}
