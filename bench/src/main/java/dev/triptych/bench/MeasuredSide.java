package dev.triptych.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One side of {@link LanguageModelSpeed}: a process and what it took in each round. */
final class MeasuredSide implements AutoCloseable {

  private final MeasuredProcess process;
  private final List<Double> prefill = new ArrayList<>();
  private final List<Double> decode = new ArrayList<>();
  private double first; // seconds from the start of the process to its first token
  private double resident; // MiB after the last round
  private double unshared; // of it
  private String[] ids = {};
  private String failure;

  MeasuredSide(MeasuredProcess process) {
    this.process = process;
  }

  /** Reads a prompt, then writes; the first round warms up. A side that fails once rests. */
  void round(int prompt, int tokens) {
    if (failure != null) {
      return;
    }
    try {
      prefill.add(process.ask("prefill " + prompt).seconds());
      if (first == 0) {
        first = process.secondsSinceStart();
      }
      MeasuredProcess.Answer answer = process.ask("decode " + tokens);
      decode.add(answer.seconds());
      ids = answer.result().split(",");
      resident = process.mebibytes("VmHWM");
      unshared = process.mebibytes("RssAnon");
    } catch (IOException e) {
      failure = e.getMessage();
    }
  }

  MeasuredProcess process() {
    return process;
  }

  String[] ids() {
    return ids;
  }

  /** Returns the median seconds of prefill. */
  double prefill() {
    return median(prefill);
  }

  /** Returns the median seconds of decoding. */
  double decode() {
    return median(decode);
  }

  /** Returns a row of the table; ratios are to the side given. */
  String row(String where, String name, MeasuredSide other, int prompt, int tokens) {
    if (failure != null) {
      return "| %s | %s | %s | | | | | | |".formatted(where, name, failure.replace('|', '/'));
    }
    return "| %s | %s | %.0f | %.1f | %.2f, %.2f | %.2f | %.2f | %.0f | %.0f |"
        .formatted(
            where,
            name,
            prompt / prefill(),
            tokens / decode(),
            other.prefill() / prefill(),
            other.decode() / decode(),
            process.loadSeconds(),
            first,
            resident,
            unshared);
  }

  /** The median of all rounds but the first. */
  private static double median(List<Double> seconds) {
    return Comparison.median(seconds.subList(1, seconds.size()));
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
