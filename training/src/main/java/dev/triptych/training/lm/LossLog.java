package dev.triptych.training.lm;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** The losses of a training as a table, a step a row; goes on after the step that was saved. */
final class LossLog implements AutoCloseable {

  private static final String HEADER =
      "step,tokens,seconds,rate,train_loss,gradient_norm,held_out_loss";

  private final BufferedWriter writer;

  LossLog(Path file, long step) throws IOException {
    List<String> kept =
        Files.exists(file)
            ? Files.readAllLines(file).stream().filter(row -> isBefore(row, step)).toList()
            : List.of();
    writer =
        Files.newBufferedWriter(
            file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    writer.write(HEADER + "\n");
    for (String row : kept) {
      writer.write(row + "\n");
    }
    writer.flush();
  }

  private static boolean isBefore(String row, long step) {
    String number = row.split(",", 2)[0];
    return number.matches("\\d{1,18}") && Long.parseLong(number) <= step;
  }

  void add(
      long step, long tokens, double seconds, double rate, float loss, float norm, double heldOut)
      throws IOException {
    writer.write(
        String.format(
            Locale.ROOT,
            "%d,%d,%.1f,%.5f,%.4f,%.3f,%s%n",
            step,
            tokens,
            seconds,
            rate,
            loss,
            norm,
            Double.isNaN(heldOut) ? "" : String.format(Locale.ROOT, "%.4f", heldOut)));
    if (!Double.isNaN(heldOut)) {
      writer.flush();
    }
  }

  void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
