package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.Program;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** A part of a pipeline: its program and its weights, which never change once loaded. */
abstract class PipelinePart implements AutoCloseable, Weighed {

  final Program program;
  private final long privateBytes;

  /**
   * Loads a part.
   *
   * @param source the program's file
   * @param files its checked weights
   * @param configure hands the program its settings; returns the bytes of weights it had to cast
   */
  PipelinePart(
      String source,
      List<Safetensors> files,
      Placement placement,
      ToLongFunction<Program> configure)
      throws IOException {
    program = Program.load(PipelinePart.class, List.of(source), files, placement);
    try {
      privateBytes = configure.applyAsLong(program);
    } catch (RuntimeException e) {
      program.close();
      throw e;
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

  /** Frees the weights; no call may be under way. */
  @Override
  public void close() {
    program.close();
  }
}
