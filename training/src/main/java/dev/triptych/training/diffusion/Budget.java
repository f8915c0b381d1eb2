package dev.triptych.training.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A budget of minutes or steps, spent over any number of runs: how far it is spent, the rate of
 * learning that follows, when to keep a checkpoint, and the table of losses.
 */
final class Budget {

  private static final long CHECKPOINT_NANOS = 180_000_000_000L;
  private static final int WARMUP_STEPS = 50;

  private final Path folder;
  private final double seconds;
  private final long steps;
  private final double before; // seconds that earlier runs spent
  private final long start = System.nanoTime();
  private long lastCheckpoint = start;

  Budget(Path folder, double minutes, long steps) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.seconds = minutes * 60;
    this.steps = steps;
    Path file = folder.resolve("progress.json");
    double spent = 0;
    if (Files.exists(file)) {
      JsonNode progress = new ObjectMapper().readTree(Files.readString(file));
      spent = progress.path("seconds").asDouble();
    }
    this.before = spent;
  }

  double spent() {
    return before + (System.nanoTime() - start) / 1e9;
  }

  boolean over(long step) {
    return spent() >= seconds || step >= steps;
  }

  /**
   * Warms up over the first steps, stays, and falls to nothing over the last 70 % of the time or
   * the steps.
   */
  double rate(double peak, long step) {
    double warm = Math.min(1, (step + 1.0) / WARMUP_STEPS);
    double left = Math.max(0, 1 - Math.max(spent() / seconds, (double) step / steps));
    return peak * warm * Math.min(1, left / 0.7);
  }

  boolean checkpointDue() {
    return System.nanoTime() - lastCheckpoint >= CHECKPOINT_NANOS;
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
