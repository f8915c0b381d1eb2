package dev.triptych.models.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path temp;

  private FileSource file(String name, String text, FileTime time) throws IOException {
    Path path = Files.writeString(temp.resolve(name), text);
    Files.setLastModifiedTime(path, time);
    return FileSource.of(path);
  }

  @Test
  void filesThatLieStillAreRememberedByOtherProcesses() throws IOException {
    Path memory = temp.resolve("weights/digests.txt");
    FileSource still = file("still", "abc", LONG_AGO);
    assertEquals(ABC, Digests.keptIn(memory).of(still));
    assertEquals(ABC + " " + still.identity() + "\n", Files.readString(memory));
    // Believed without a look at the file: that is the point of it.
    Files.writeString(memory, "0".repeat(64) + " " + still.identity() + "\nnot a line\n");
    assertEquals("0".repeat(64), Digests.keptIn(memory).of(still));
    FileSource other = file("still", "abcd", LONG_AGO);
    assertNotEquals("0".repeat(64), Digests.keptIn(memory).of(other));
    FileSource touched = file("still", "xyz", FileTime.from(Instant.parse("2026-01-02T00:00:00Z")));
    assertNotEquals("0".repeat(64), Digests.keptIn(memory).of(touched));
    assertEquals(3, Files.readAllLines(memory).size());
    try (var list = Files.list(memory.getParent())) {
      assertEquals(1, list.count(), "temporary files are left");
    }
  }

  @Test
  void filesJustWrittenAreNot() throws IOException {
    Path memory = temp.resolve("digests.txt");
    assertEquals(ABC, Digests.keptIn(memory).of(file("new", "abc", FileTime.from(Instant.now()))));
    assertFalse(Files.exists(memory));
  }

  @Test
  void aMemoryThatCannotBeKeptIsNoFailure() throws IOException {
    Path blocked = Files.writeString(temp.resolve("file"), "").resolve("digests.txt");
    assertEquals(ABC, Digests.keptIn(blocked).of(file("still", "abc", LONG_AGO)));
    assertTrue(Files.isRegularFile(temp.resolve("file")));
  }
}
