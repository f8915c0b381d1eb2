package dev.triptych.host.bundles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.host.bundles.PluginLock.State;
import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.trust.Ground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock is read as it was written; what is damaged is refused in one sentence. */
class PluginLockTest {
  private static final Row ROW =
      new Row(
          "1.2.0", "ab".repeat(32), Ground.SIGNATURE, Optional.of("dawn 3f2a"), "from/haiku.jar");
  private static final int MUTANTS = 2_000;

  @TempDir private Path home;
  private PluginLock lock;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    lock = new PluginLock(home);
    file = home.resolve("plugins.lock");
    Files.createDirectories(home.resolve("plugins"));
  }

  private static State two() {
    return State.EMPTY
        .with("2026-11-24T18:00:00Z", "install org.haiku 1.2.0", Map.of("org.haiku", ROW))
        .with("2026-11-24T18:01:00Z", "remove org.haiku", Map.of());
  }

  @Test
  void itIsReadAsItWasWritten() throws IOException {
    assertEquals(State.EMPTY, lock.read());
    lock.write(two());
    assertEquals(two(), lock.read());
    assertEquals(ROW, lock.read().set(1).orElseThrow().rows().get("org.haiku"));
  }

  @Test
  void oneOfBeforeGenerationsIsRead() throws IOException {
    Files.writeString(
        file,
        "{\"plugins\": [{\"id\": \"org.haiku\", \"version\": \"1.2.0\", \"sha256\": \""
            + ROW.sha256()
            + "\", \"signed\": false}]}");
    Row row = lock.read().current().rows().get("org.haiku");
    assertEquals(new Row("1.2.0", ROW.sha256(), Ground.UNSIGNED, Optional.empty(), ""), row);
  }

  @Test
  void aNewerFormatIsRefused() throws IOException {
    Files.writeString(file, "{\"format\": 3}");
    String sentence = assertThrows(IOException.class, lock::read).getMessage();
    assertTrue(sentence.contains("newer triptych"), sentence);
  }

  @Test
  void whatIsDamagedIsRefusedOrReadAndNeverNamesAFileElsewhere() throws IOException {
    lock.write(two());
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] bytes =
          i % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int j = 0; j < 3 && bytes.length > 0; j++) {
        bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
      }
      Files.write(file, bytes);
      try {
        for (PluginSet set : lock.read().sets()) {
          set.rows().values().forEach(row -> assertTrue(row.sha256().matches("[0-9a-f]{64}")));
        }
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage().startsWith(file + " "), e.getMessage());
      }
    }
    assertTrue(refused > MUTANTS / 2, refused + " refused");
  }
}
