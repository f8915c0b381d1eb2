package dev.triptych.models.bert;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A BERT model that turns texts into vectors whose cosine says how alike they are in meaning.
 *
 * <p>Loads a folder of {@code transformers} ({@code config.json}, {@code model.safetensors}, {@code
 * tokenizer.json}) with the pooling of {@code sentence-transformers}; all-MiniLM-L6-v2 and
 * bge-small-zh-v1.5 are two of them. Computes in float32 wherever it is placed: a sentence takes
 * milliseconds, and its vector is compared with stored ones. Immutable; calls may overlap.
 */
public final class SentenceEncoder implements AutoCloseable, Weighed {
  private static final int BATCH = 32;

  /**
   * A text as vectors.
   *
   * @param sentence pooled over the tokens, of length 1
   * @param tokens the last hidden state, (T, hidden), of [CLS], the text's tokens and [SEP]
   */
  public record Encoding(float[] sentence, float[][] tokens) {}

  private final Program program;
  private final Tokenizer tokenizer;
  private final BertConfig config;
  private final Pooling pooling;
  private final long copiedBytes;
  private final int cls;
  private final int sep;

  private SentenceEncoder(
      Program program, Tokenizer tokenizer, BertConfig config, Pooling pooling, long copiedBytes)
      throws IOException {
    this.program = program;
    this.tokenizer = tokenizer;
    this.config = config;
    this.pooling = pooling;
    this.copiedBytes = copiedBytes;
    this.cls = tokenizer.id("[CLS]");
    this.sep = tokenizer.id("[SEP]");
    if (cls < 0 || sep < 0 || tokenizer.size() > config.vocabulary()) {
      throw new IOException(
          "the tokenizer does not fit the model: it must hold [CLS], [SEP] and at most "
              + config.vocabulary()
              + " tokens");
    }
  }

  /**
   * Loads a folder.
   *
   * @throws IOException if a file is missing or damaged, or the weights do not fit the config
   */
  public static SentenceEncoder load(Path folder, Placement placement) throws IOException {
    BertConfig config = BertConfig.read(folder);
    Pooling pooling = Pooling.read(folder, config);
    List<Safetensors> files = Safetensors.folder(folder, "model");
    long copied = check(folder, config, files);
    Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
    Program program = null;
    SentenceEncoder encoder = null;
    try {
      program = Program.load(SentenceEncoder.class, List.of("bert.py"), files, placement);
      program.call("load", config.layers(), config.heads(), config.epsilon()).close();
      encoder = new SentenceEncoder(program, tokenizer, config, pooling, copied);
      return encoder;
    } finally {
      if (encoder == null) {
        if (program != null) {
          program.close();
        }
        tokenizer.close();
      }
    }
  }

  /** Checks every weight's shape and returns the bytes of those that float32 copies are made of. */
  private static long check(Path folder, BertConfig config, List<Safetensors> files)
      throws IOException {
    long copied = 0;
    for (var weight : config.weights().entrySet()) {
      Safetensors.Entry entry =
          files.stream()
              .map(file -> file.entries().get(weight.getKey()))
              .filter(found -> found != null)
              .findFirst()
              .orElseThrow(() -> new IOException(folder + " lacks the weight " + weight.getKey()));
      if (!Arrays.equals(entry.shape(), weight.getValue())) {
        throw new IOException(
            "%s: the weight %s has shape %s, its config.json says %s"
                .formatted(
                    folder,
                    weight.getKey(),
                    Arrays.toString(entry.shape()),
                    Arrays.toString(weight.getValue())));
      }
      if (entry.dtype() != Dtype.F32 && !weight.getKey().startsWith("embeddings.")) {
        copied += entry.bytes() / entry.dtype().bytes() * 4;
      }
    }
    return copied;
  }

  /** Returns the numbers in a vector: 384 for all-MiniLM-L6-v2, 512 for bge-small-zh-v1.5. */
  public int dimensions() {
    return config.hidden();
  }

  /** Returns the most tokens of a text, with the two special ones; what is beyond is cut off. */
  public int length() {
    return pooling.length();
  }

  /** Encodes one text; an empty one is [CLS] [SEP]. [any thread] */
  public Encoding encode(String text) {
    return encode(List.of(text)).get(0);
  }

  /** Encodes texts, those of like length together, and returns them in their order. [any thread] */
  public List<Encoding> encode(List<String> texts) {
    List<int[]> ids = texts.stream().map(this::ids).toList();
    int[] order =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> ids.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    Encoding[] encodings = new Encoding[ids.size()];
    int from = 0;
    while (from < order.length) {
      int to = end(from, order, ids);
      int[] batch = Arrays.copyOfRange(order, from, to);
      List<float[][]> states = states(Arrays.stream(batch).mapToObj(ids::get).toList());
      for (int i = 0; i < batch.length; i++) {
        encodings[batch[i]] = new Encoding(pooled(states.get(i)), states.get(i));
      }
      from = to;
    }
    return Arrays.asList(encodings);
  }

  /** Returns where the batch that begins at a text ends: full, or before one half as long again. */
  private static int end(int from, int[] order, List<int[]> ids) {
    int longest = ids.get(order[from]).length * 3 / 2;
    int to = from + 1;
    while (to < order.length && to - from < BATCH && ids.get(order[to]).length <= longest) {
      to++;
    }
    return to;
  }

  /** Returns [CLS], the text's tokens as far as there is room, and [SEP]. */
  int[] ids(String text) {
    int[] inner = tokenizer.encode(text);
    int length = Math.min(inner.length, pooling.length() - 2);
    int[] ids = new int[length + 2];
    ids[0] = cls;
    System.arraycopy(inner, 0, ids, 1, length);
    ids[length + 1] = sep;
    return ids;
  }

  /** Runs the program on a padded batch and returns the states of each text's tokens. */
  private List<float[][]> states(List<int[]> batch) {
    int width = batch.stream().mapToInt(row -> row.length).max().orElse(0);
    long[] ids = new long[batch.size() * width]; // (B, T)
    long[] lengths = new long[batch.size()];
    for (int row = 0; row < batch.size(); row++) {
      lengths[row] = batch.get(row).length;
      for (int i = 0; i < lengths[row]; i++) {
        ids[row * width + i] = batch.get(row)[i];
      }
    }
    float[] numbers; // (B, T, hidden)
    try (Tensor idTensor = Tensor.of(ids, batch.size(), width);
        Tensor lengthTensor = Tensor.of(lengths, batch.size());
        Program.Result result = program.call("forward", idTensor, lengthTensor)) {
      numbers = result.floats();
    }
    int hidden = config.hidden();
    List<float[][]> states = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      float[][] tokens = new float[batch.get(row).length][];
      for (int i = 0; i < tokens.length; i++) {
        int from = (row * width + i) * hidden;
        tokens[i] = Arrays.copyOfRange(numbers, from, from + hidden);
      }
      states.add(tokens);
    }
    return states;
  }

  private float[] pooled(float[][] tokens) {
    double[] sum = new double[config.hidden()];
    for (float[] token : pooling.first() ? new float[][] {tokens[0]} : tokens) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += token[i];
      }
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] unit = new float[sum.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (sum[i] / norm);
    }
    return unit;
  }

  @Override
  public long mappedBytes() {
    return program.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return copiedBytes;
  }

  @Override
  public void close() {
    program.close();
    tokenizer.close();
  }
}
