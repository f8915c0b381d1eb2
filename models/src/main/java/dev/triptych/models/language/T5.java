package dev.triptych.models.language;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An encoder and a decoder in the shape of T5 (Raffel et al., 2020): t5.py.
 *
 * <p>Gives the tokens of transformers' T5ForConditionalGeneration in the same precision; in float16
 * the last layer of each feed-forward stays in float32, as there. The tokenizer is loaded when it
 * is first asked for; what the encoder reads ends in {@code </s>}, as {@link
 * Tokenizer#encodeWithSpecialTokens} ends it.
 */
final class T5 implements LanguageModel {

  /**
   * Positions of a source, and of a row. Distances have no end, but what a source takes grows with
   * its square.
   */
  private static final int CONTEXT = 4096;

  private final FolderTokenizer tokenizer;
  private final T5Config config;
  private final Program program;
  private final long privateBytes;

  T5(Path folder, T5Config config, Program program, long privateBytes) {
    this.tokenizer = new FolderTokenizer(folder);
    this.config = config;
    this.program = program;
    this.privateBytes = privateBytes;
  }

  @Override
  public String modelType() {
    return config.modelType();
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer.get();
  }

  @Override
  public int vocabulary() {
    return config.vocab();
  }

  @Override
  public int contextLength() {
    return CONTEXT;
  }

  @Override
  public boolean encoderDecoder() {
    return true;
  }

  @Override
  public Continuation open(int rows) {
    throw new UnsupportedOperationException(
        config.modelType() + " writes from a source: open it with the source's tokens");
  }

  @Override
  public Continuation open(int[]... sources) {
    if (sources.length == 0) {
      throw new IllegalArgumentException("an encoder reads at least one source");
    }
    int[] widths = new int[sources.length];
    for (int i = 0; i < sources.length; i++) {
      widths[i] = sources[i].length;
      check(sources[i], 0);
    }
    // One after the other: a source's bytes do not depend on those beside it.
    List<Tensor> encoded = new ArrayList<>();
    try {
      for (int[] source : sources) {
        try (Tensor ids = Tensor.of(source, 1, source.length);
            Program.Result result = program.call("encode", ids)) {
          encoded.add(result.tensor());
        }
      }
      int width = Arrays.stream(widths).max().getAsInt();
      try (Program.Result beside = program.call("beside", encoded, width)) {
        return new T5Continuation(this, program, beside.tensor(), widths);
      }
    } finally {
      encoded.forEach(Tensor::close);
    }
  }

  /** Refuses ids that are none, or more than a row holds after those before. */
  void check(int[] ids, int before) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("there must be at least one token");
    }
    TokenIds.require(ids, before, CONTEXT, config.vocab());
  }

  @Override
  public long mappedBytes() {
    return program.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return privateBytes;
  }

  @Override
  public void close() {
    program.close();
    tokenizer.close();
  }
}
