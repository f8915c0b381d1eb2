package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.Program;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** A part of a pipeline: its program and its weights, which never change once loaded. */
abstract class PipelinePart implements AutoCloseable, Weighed {

  /** What is mapped at once of weights that are copied; a larger weight is mapped alone. */
  private static final long PORTION = 32 << 20;

  final Program program;
  private final long mappedBytes;
  private final long privateBytes;

  /**
   * Loads a part.
   *
   * <p>Weights that are computed with as they lie in the files stay mapped. Where any has another
   * type or another order, all are copied, portion by portion, so that no more than a portion of
   * the files is in memory beside the copies; only tables, of which a text needs a few rows, stay
   * mapped.
   *
   * @param source the program's file
   * @param files its checked weights
   * @param settings hands them to the program, before it has weights
   * @param dtype to compute in
   * @param pack whether the program puts weights in another order
   */
  PipelinePart(
      String source,
      List<Safetensors> files,
      Placement placement,
      Consumer<Program> settings,
      Dtype dtype,
      boolean pack)
      throws IOException {
    boolean copy = pack || files.stream().anyMatch(file -> casts(file, dtype));
    program = Program.compile(PipelinePart.class, List.of(source), placement);
    try {
      settings.accept(program);
      long copied = 0;
      long kept = 0;
      for (Safetensors file : files) {
        for (List<Safetensors.Entry> portion : portions(file, copy ? PORTION : Long.MAX_VALUE)) {
          program.map(file, portion);
          copied += take(program, portion.stream().map(Safetensors.Entry::name).toList(), copy);
          kept +=
              portion.stream()
                  .filter(entry -> !copy || isTable(entry))
                  .mapToLong(Safetensors.Entry::bytes)
                  .sum();
        }
      }
      privateBytes = copied;
      mappedBytes = kept;
    } catch (RuntimeException | IOException e) {
      program.close();
      throw e;
    }
  }

  /**
   * Lets a program take weights that were mapped.
   *
   * @param copy whether none of them may stay mapped
   * @return the bytes of copies
   */
  static long take(Program program, Collection<String> names, boolean copy) {
    try (Program.Result result = program.call("take", List.copyOf(names), copy)) {
      return result.whole();
    }
  }

  /** Calls the program once it has its weights; frees them if that fails. */
  final void finish(String method, Object... values) {
    try {
      program.call(method, values).close();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static boolean casts(Safetensors file, Dtype dtype) {
    return file.entries().values().stream()
        .anyMatch(e -> e.dtype() != dtype && e.dtype().floating() && !isTable(e));
  }

  /** The vectors of tokens and positions. */
  private static boolean isTable(Safetensors.Entry entry) {
    return entry.name().contains(".embeddings.");
  }

  /** Cuts a file's weights, in their order in the file, into portions of so many bytes. */
  private static List<List<Safetensors.Entry>> portions(Safetensors file, long bytes) {
    List<List<Safetensors.Entry>> portions = new ArrayList<>();
    long free = 0;
    List<Safetensors.Entry> ordered = new ArrayList<>(file.entries().values());
    ordered.removeIf(entry -> entry.bytes() == 0);
    ordered.sort(Comparator.comparingLong(Safetensors.Entry::offset));
    for (Safetensors.Entry entry : ordered) {
      if (portions.isEmpty() || entry.bytes() > free) {
        portions.add(new ArrayList<>());
        free = bytes;
      }
      portions.get(portions.size() - 1).add(entry);
      free -= entry.bytes();
    }
    return portions;
  }

  @Override
  public long mappedBytes() {
    return mappedBytes;
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
