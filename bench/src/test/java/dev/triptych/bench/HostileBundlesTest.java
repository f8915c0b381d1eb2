package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.bench.hostile.Trial;
import dev.triptych.bench.hostile.Trial.Result;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of most kinds that {@link HostileBundles} tries. */
class HostileBundlesTest {
  @TempDir private Path temp;

  @Test
  void hostileJarsAreRefusedAndChangeNothing() throws Exception {
    Set<String> refused = new TreeSet<>();
    try (Trial trial = new Trial(temp)) {
      int kinds = trial.jars().kinds().size();
      for (int i = 0; i < 2 * kinds; i++) {
        if (i >= kinds && trial.jars().kinds().get(i - kinds).matches("bomb.*|no component")) {
          continue; // once is enough, for they take their time
        }
        Result result = trial.attempt(trial.jars().make(i, 7));
        assertEquals("", result.fault(), "number " + i + ", " + result.kind());
        if (!result.installed()) {
          refused.add(result.kind());
        }
      }
      assertTrue(refused.size() >= kinds - 1, () -> refused + " of " + trial.jars().kinds());
    }
  }
}
