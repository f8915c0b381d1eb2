package dev.triptych.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory there is for this process: the machine's, or less in a container.
 *
 * <p>Linux says it in files: {@code /proc/meminfo} for the machine, and for each control group that
 * the process is in, up to the root, {@code memory.max} (version 2) or {@code
 * memory.limit_in_bytes} (version 1); the least counts. Source: the kernel's {@code cgroup-v2.rst}.
 */
public final class Memory {
  private final Path root;

  private Memory(Path root) {
    this.root = root;
  }

  /** Returns the memory that this process may use, in bytes. */
  public static long bytes() {
    return new Memory(Path.of("/")).least().orElseGet(Memory::askJava);
  }

  /** Returns what the files below a folder in place of {@code /} say; empty if they say nothing. */
  static OptionalLong bytes(Path root) {
    return new Memory(root).least();
  }

  private OptionalLong least() {
    OptionalLong machine =
        lines("proc/meminfo").stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> number(line.replaceAll("\\D", "")) << 10)
            .findFirst();
    long least = machine.orElse(Long.MAX_VALUE);
    for (String line : lines("proc/self/cgroup")) { // ID:CONTROLLERS:PATH
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        least = Math.min(least, upwards("sys/fs/cgroup", parts[2], "memory.max"));
      } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
        least = Math.min(least, upwards("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"));
      }
    }
    return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
  }

  /** Returns the least limit of a group and those above it. */
  private long upwards(String mount, String group, String file) {
    long least = Long.MAX_VALUE;
    try {
      // in a container the group's path may be the machine's, of which nothing is mounted here
      for (Path at = Path.of("/").resolve(group).normalize(); at != null; at = at.getParent()) {
        String below = at.toString().substring(1);
        for (String line : lines(mount + "/" + (below.isEmpty() ? "" : below + "/") + file)) {
          least = Math.min(least, number(line));
        }
      }
    } catch (InvalidPathException e) {
      return least;
    }
    return least;
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException | InvalidPathException e) {
      return List.of(); // not Linux, or not this version
    }
  }

  /** Returns a number; one that is none, such as {@code max}, is no limit. */
  private static long number(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Asks Java, which takes longer. */
  private static long askJava() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
