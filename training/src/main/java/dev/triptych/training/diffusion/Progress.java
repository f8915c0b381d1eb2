package dev.triptych.training.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.training.budget.Budget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * How far a training's budget is spent over any number of runs: when to keep a checkpoint, how much
 * time went before it ({@code progress.json}), and the table of losses ({@code loss.csv}).
 */
final class Progress {

  private static final int WARMUP_STEPS = 50;

  private final Path folder;
  private final Budget budget;
  private final double before; // seconds that earlier runs spent
  private final long start = System.nanoTime();
  private long lastCheckpoint = start;

  Progress(Path folder, Budget budget) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.budget = budget;
    Path file = folder.resolve("progress.json");
    double spent = 0;
    if (Files.exists(file)) {
      JsonNode progress = new ObjectMapper().readTree(Files.readString(file));
      spent = progress.path("seconds").asDouble();
    }
    this.before = spent;
  }

  /** Returns the seconds spent over all runs. */
  double spent() {
    return before + (System.nanoTime() - start) / 1e9;
  }

  boolean over(long step) {
    return budget.spent(step, spent()) >= 1;
  }

  /** Returns the rate of learning of a step. */
  double rate(double peak, long step) {
    return peak * budget.plateau(step, spent(), WARMUP_STEPS);
  }

  boolean checkpointDue() {
    return (System.nanoTime() - lastCheckpoint) / 1e9 >= Budget.CHECKPOINT_SECONDS;
  }

  /** Notes the time spent, after the checkpoint itself is written. */
  void checkpointed() throws IOException {
    Path file = folder.resolve("progress.json");
    Path temporary = folder.resolve("progress.json.part");
    Files.writeString(temporary, String.format(Locale.ROOT, "{\"seconds\":%.1f}%n", spent()));
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    lastCheckpoint = System.nanoTime();
  }

  /** Adds a line to {@code loss.csv} and says it. */
  void note(String header, Object... row) throws IOException {
    StringBuilder line = new StringBuilder();
    for (Object cell : row) {
      line.append(line.isEmpty() ? "" : ",");
      line.append(
          cell instanceof Number n && !(n instanceof Long)
              ? String.format(Locale.ROOT, "%.5g", n.doubleValue())
              : cell);
    }
    Path file = folder.resolve("loss.csv");
    if (!Files.exists(file)) {
      Files.writeString(file, header + "\n");
    }
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    System.out.println(line);
  }
}
