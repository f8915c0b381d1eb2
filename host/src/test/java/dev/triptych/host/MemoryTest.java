package dev.triptych.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
  private static final long GIB = 1L << 30;

  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void machine() throws IOException {
    file("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:         100000 kB\n");
  }

  @Test
  void aMachineWithoutGroupsHasWhatItHas() throws IOException {
    machine();
    assertEquals(OptionalLong.of(16 * GIB), Memory.bytes(root));
  }

  @Test
  void nothingIsKnownWhereThereAreNoFiles() {
    assertEquals(OptionalLong.empty(), Memory.bytes(root));
  }

  @Test
  void aContainerOfVersionTwoHasItsLimit() throws IOException {
    machine();
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "2147483648\n");
    assertEquals(OptionalLong.of(2 * GIB), Memory.bytes(root));
  }

  @Test
  void theLeastOfAllGroupsAboveCounts() throws IOException {
    machine();
    file("proc/self/cgroup", "0::/user.slice/user-1000.slice/session.scope\n");
    file("sys/fs/cgroup/user.slice/memory.max", "3221225472\n");
    file("sys/fs/cgroup/user.slice/user-1000.slice/memory.max", "8589934592\n");
    file("sys/fs/cgroup/user.slice/user-1000.slice/session.scope/memory.max", "max\n");
    assertEquals(OptionalLong.of(3 * GIB), Memory.bytes(root));
  }

  @Test
  void aLimitAboveTheMachineIsNone() throws IOException {
    machine();
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "68719476736\n");
    assertEquals(OptionalLong.of(16 * GIB), Memory.bytes(root));
  }

  @Test
  void versionOneIsReadToo() throws IOException {
    machine();
    file("proc/self/cgroup", "9:name=systemd:/\n4:memory:/docker/abc\n1:cpu,cpuacct:/\n0::/\n");
    file("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "1073741824\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertEquals(OptionalLong.of(GIB), Memory.bytes(root));
  }

  @Test
  void aGroupWhosePathIsOnlyTheMachinesIsReadAtTheRootOfTheMount() throws IOException {
    machine();
    file("proc/self/cgroup", "0::/docker/0123456789abcdef\n");
    file("sys/fs/cgroup/memory.max", "536870912\n");
    assertEquals(OptionalLong.of(GIB / 2), Memory.bytes(root));
  }

  @Test
  void oddFilesAreNoLimit() throws IOException {
    machine();
    file("proc/self/cgroup", "0::/../../..\nnonsense\n0:\n:::\n");
    file("sys/fs/cgroup/memory.max", "lots\n");
    assertEquals(OptionalLong.of(16 * GIB), Memory.bytes(root));
  }

  @Test
  void thisProcessHasMemory() {
    assertTrue(Memory.bytes() >= Runtime.getRuntime().totalMemory());
  }
}
