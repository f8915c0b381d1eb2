package dev.triptych.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the CPU can do, as far as it decides the bytes of a result. */
final class InstructionSet {

  private static final List<String> TELLING = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

  static final String NAME = name();

  private InstructionSet() {}

  private static String name() {
    List<String> parts = new ArrayList<>(List.of(System.getProperty("os.arch")));
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try {
        Set<String> flags =
            Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(line -> Set.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+")))
                .orElse(Set.of());
        TELLING.stream().filter(flags::contains).forEach(parts::add);
      } catch (IOException e) {
        return String.join("+", parts);
      }
    }
    return String.join("+", parts);
  }
}
