package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.triptych.api.Generator;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract is what was agreed on, or says by its version how far it moved. */
class ApiBaselineTest {
  private static final Path AGREED = Path.of("..", "api", "baseline", "triptych-api.jar");

  @Test
  void theApiIsWhatWasAgreedOn() throws Exception {
    assertEquals(
        List.of(),
        ApiBaseline.mismatches(AGREED, ApiBaseline.place(Generator.class)),
        ApiBaseline.RENEW);
  }
}
