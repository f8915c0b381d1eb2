package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it changes plugins leaves the old state or the new. */
class KilledChangesTest {
  private static final int KILLS = 20;

  @Test
  void aKillLeavesTheOldStateOrTheNew(@TempDir Path temp) throws Exception {
    KilledChanges.Tally tally = KilledChanges.run(temp, KILLS, 11);
    assertEquals(KILLS, tally.kills());
    assertTrue(tally.inside() > 0, "no kill fell into a change");
    assertTrue(tally.moved() > 0, "no change was made");
  }
}
