package dev.triptych.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the machine has. */
public final class Memory {
  private static final Path LINUX = Path.of("/proc/meminfo");

  private Memory() {}

  /** Returns the machine's memory in bytes. */
  public static long physicalBytes() {
    try {
      for (String line : Files.readAllLines(LINUX)) {
        if (line.startsWith("MemTotal:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // not Linux: ask Java, which takes longer
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
