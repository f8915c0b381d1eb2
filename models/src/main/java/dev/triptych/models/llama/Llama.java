package dev.triptych.models.llama;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A decoder in the shape of Llama, loaded from a Hugging Face folder: {@code config.json}, {@code
 * model.safetensors} or its shards, {@code tokenizer.json}.
 *
 * <pre>{@code
 * try (Llama llama = Llama.load(folder, placement); Llama.Run run = llama.open()) {
 *   float[] logits = run.prefill(llama.tokenizer().encode("春"));
 *   while (…) {
 *     logits = run.step(sampler.sample(logits, …));
 *   }
 * }
 * }</pre>
 *
 * <p>The model is immutable and safe from many threads; a {@link Run} holds what a continuation
 * changes and belongs to one thread at a time. Gives the tokens of transformers' LlamaForCausalLM
 * in the same precision; {@code auto} is bfloat16 where the processor multiplies it fast.
 */
public final class Llama implements AutoCloseable, Weighed {

  private static final int PREFILL_PIECE = 512;

  private final LlamaConfig config;
  private final Tokenizer tokenizer;
  private final Program program;
  private final long privateBytes;

  private Llama(LlamaConfig config, Tokenizer tokenizer, Program program, long privateBytes) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.program = program;
    this.privateBytes = privateBytes;
  }

  /**
   * Loads a model.
   *
   * @throws IOException if a file is missing or damaged, or does not fit the others, saying which
   */
  public static Llama load(Path folder, Placement placement) throws IOException {
    LlamaConfig config = LlamaConfig.read(folder);
    List<Safetensors> files = Safetensors.folder(folder, "model");
    Map<String, Safetensors.Entry> found = new HashMap<>();
    files.forEach(file -> found.putAll(file.entries()));
    int dtype = Torch.scalarType(placement);
    long copied = 0;
    for (Map.Entry<String, long[]> weight : config.weights().entrySet()) {
      Safetensors.Entry entry = found.get(weight.getKey());
      if (entry == null) {
        throw new IOException(folder + " lacks the weight " + weight.getKey());
      }
      if (!Arrays.equals(entry.shape(), weight.getValue())) {
        throw new IOException(
            "%s: weight %s has the shape %s, but config.json says %s"
                .formatted(
                    folder,
                    weight.getKey(),
                    Arrays.toString(entry.shape()),
                    Arrays.toString(weight.getValue())));
      }
      boolean fused = weight.getKey().matches(".*\\.(q|k|v|gate|up)_proj\\.weight");
      if (fused || entry.dtype().scalarType() != dtype || !placement.device().equals("cpu")) {
        copied += entry.bytes() / entry.dtype().bytes() * (dtype == Torch.FLOAT32 ? 4 : 2);
      }
    }
    Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
    Program program = null;
    try {
      program = Program.load(Llama.class, List.of("llama.py"), files, placement);
      program
          .call(
              "load",
              config.layers(),
              config.heads(),
              config.groups(),
              config.headDim(),
              config.eps(),
              config.theta(),
              dtype)
          .close();
      return new Llama(config, tokenizer, program, copied);
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      if (program != null) {
        program.close();
      }
      throw e;
    }
  }

  /** Returns the model's tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns how many tokens a run can hold. */
  public int contextLength() {
    return config.context();
  }

  /** Returns the model's shape. */
  public LlamaConfig config() {
    return config;
  }

  /** Returns a new, empty run; close it. */
  public Run open() {
    return new Run();
  }

  /**
   * Returns the natural logarithm of the probability of each id but the first, given those before.
   *
   * @throws IllegalArgumentException if there are fewer than two ids, more than the context holds,
   *     or one that the model does not know
   */
  public float[] logProbabilities(int... ids) {
    check(ids, 0);
    if (ids.length < 2) {
      throw new IllegalArgumentException("the probability of a next token needs two tokens");
    }
    try (Tensor tensor = Tensor.of(ids, 1, ids.length);
        Program.Result result = program.call("log_probabilities", tensor)) {
      return result.floats();
    }
  }

  /** Refuses ids that are none, or more than the context holds after those before. */
  void check(int[] ids, int before) {
    if (before + ids.length > config.context()) {
      throw new IllegalArgumentException(
          "%d tokens are more than the %d that the model can hold; shorten the text"
              .formatted(before + ids.length, config.context()));
    }
    for (int id : ids) {
      if (id < 0 || id >= config.vocab()) {
        throw new IllegalArgumentException(
            "token " + id + " is none of the model's " + config.vocab());
      }
    }
  }

  @Override
  public long mappedBytes() {
    return program.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return privateBytes;
  }

  /** Frees the model; no run may be open. */
  @Override
  public void close() {
    program.close();
    tokenizer.close();
  }

  /** One continuation: the tokens read so far, with their keys and values. */
  public final class Run implements AutoCloseable {
    private final KvCache cache = new KvCache(program, config.context());
    private int length;

    private Run() {}

    /**
     * Reads tokens after those already read.
     *
     * @return logits of the token that follows, (vocab)
     * @throws IllegalArgumentException if there are none, or more than the context holds
     */
    public float[] prefill(int... ids) {
      check(ids, length);
      if (ids.length == 0) {
        throw new IllegalArgumentException("a run begins with at least one token");
      }
      Tensor room = cache.reserved(length + ids.length);
      float[] logits = null;
      for (int from = 0; from < ids.length; from += PREFILL_PIECE) {
        int[] piece = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + PREFILL_PIECE));
        try (Tensor tensor = Tensor.of(piece, 1, piece.length);
            Program.Result result = program.call("forward", tensor, room, length)) {
          logits = from + piece.length == ids.length ? result.floats() : null;
        }
        length += piece.length;
      }
      return logits;
    }

    /** Reads one token; see {@link #prefill}. */
    public float[] step(int id) {
      check(new int[] {id}, length);
      Tensor room = cache.reserved(length + 1);
      try (Program.Result result = program.call("step", id, room, length)) {
        float[] logits = result.floats();
        length++;
        return logits;
      }
    }

    /**
     * Returns several continuations that begin with what was read; close them. This run goes on
     * unchanged.
     */
    public Branches branch(int count) {
      if (count < 1 || length == 0) {
        throw new IllegalArgumentException("read something first, then branch at least once");
      }
      return new Branches(Llama.this, program, cache.branched(count, length), count, length);
    }

    /**
     * Forgets all tokens after the first {@code length}.
     *
     * @throws IllegalArgumentException if fewer were read
     */
    public void rewind(int length) {
      if (length < 0 || length > this.length) {
        throw new IllegalArgumentException(
            "cannot go back to " + length + " of " + this.length + " tokens");
      }
      this.length = length;
    }

    /** Returns how many tokens were read. */
    public int length() {
      return length;
    }

    /** Frees the cache and forgets all; a second close does nothing. */
    @Override
    public void close() {
      cache.close();
      length = 0;
    }
  }
}
