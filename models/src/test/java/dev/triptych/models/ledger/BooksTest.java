package dev.triptych.models.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BooksTest {
  private static final int SCENARIOS = Integer.getInteger("triptych.scenarios", 10_000);

  @Test
  void thePromisesHoldOnEveryDay() {
    for (long seed = 1; seed <= SCENARIOS; seed++) {
      Scenario day = Scenario.of(seed);
      Optional<String> violation = day.violation();
      if (violation.isPresent()) {
        Scenario least = day.shrunk();
        assertTrue(
            false, "seed " + seed + ": " + least.violation().orElse("?") + "\n" + least.events());
      }
    }
  }
}
