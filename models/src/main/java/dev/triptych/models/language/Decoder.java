package dev.triptych.models.language;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/**
 * A decoder whose program reads rows of tokens into a cache: decoder.py, gpt2.py or gpt_neox.py.
 *
 * <p>The tokenizer is loaded when it is first asked for: ids alone need none.
 */
final class Decoder implements LanguageModel {

  /**
   * What Java must know of a loaded program.
   *
   * @param reread length past which every position of a row is turned otherwise, 0 for never
   * @param joins whether the program joins matrices by a copy before it first reads
   */
  record Facts(
      String modelType,
      int vocabulary,
      int context,
      int reread,
      long privateBytes,
      boolean joins) {}

  /** The call that adds a layer to a program, by the layer's number. */
  interface LayerCall {
    Program.Result add(int layer);
  }

  private final FolderTokenizer tokenizer;
  private final Program program;
  private final Facts facts;
  private boolean joined; // guarded by this

  Decoder(Path folder, Program program, Facts facts) {
    this.tokenizer = new FolderTokenizer(folder);
    this.program = program;
    this.facts = facts;
  }

  /**
   * Adds the layers one by one: what is copied takes time, and a thread that is interrupted stops.
   *
   * @throws InterruptedIOException if it is
   */
  static void addLayers(int count, LayerCall call) throws InterruptedIOException {
    for (int layer = 0; layer < count; layer++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("stopped while loading the weights of layer " + layer);
      }
      call.add(layer).close();
    }
  }

  /** Adds what follows the layers, and returns how many bytes of memory the weights take in all. */
  static long addHead(Program program, Placement placement, String norm, String head) {
    try (Program.Result copied = program.call("add_head", norm, head)) {
      return copied.whole() + (placement.device().equals("cpu") ? 0 : program.mappedBytes());
    }
  }

  @Override
  public String modelType() {
    return facts.modelType();
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer.get();
  }

  @Override
  public int vocabulary() {
    return facts.vocabulary();
  }

  @Override
  public int contextLength() {
    return facts.context();
  }

  @Override
  public boolean encoderDecoder() {
    return false;
  }

  @Override
  public Continuation open(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a continuation has at least one row, not " + rows);
    }
    join();
    return new DecoderContinuation(program, facts, rows);
  }

  /** Copies are made when they are first needed: opening a folder touches no weights. */
  private synchronized void join() {
    if (facts.joins() && !joined) {
      program.call("join").close();
      joined = true;
    }
  }

  @Override
  public Continuation open(int[]... sources) {
    throw new UnsupportedOperationException(
        facts.modelType() + " has no encoder; open rows and give them the prompts");
  }

  @Override
  public long mappedBytes() {
    return program.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return facts.privateBytes();
  }

  @Override
  public void close() {
    program.close();
    tokenizer.close();
  }
}
