package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few cycles of a plugin under load lose no request and leave no class loader. */
class PluginCyclesTest {
  private static final int CYCLES = 20;

  @Test
  void cyclesLoseNothingAndLeaveNothing(@TempDir Path temp) throws Exception {
    PluginCycles.Result result = PluginCycles.run(temp, CYCLES, 2, 200);
    assertEquals(0, result.failed());
    assertEquals(0, result.loaders());
    assertTrue(result.requests() > 3 * CYCLES, "others were served meanwhile");
    assertEquals(CYCLES, result.updates().count());
  }
}
