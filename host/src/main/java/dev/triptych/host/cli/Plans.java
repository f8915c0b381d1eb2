package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Plan;
import dev.triptych.host.plan.PlanJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plans as files that the user may edit. */
final class Plans {
  private static final long MOST_BYTES = 1 << 20;

  private Plans() {}

  /**
   * Reads a plan that the user edited.
   *
   * @throws IllegalArgumentException if it is missing or not a plan, saying which field is wrong
   */
  static Plan read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException("there is no plan in " + file);
    }
    try {
      return PlanJson.read(Files.readString(file, UTF_8));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8 text", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }
}
