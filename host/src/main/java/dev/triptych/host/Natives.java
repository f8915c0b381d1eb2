package dev.triptych.host;

import java.nio.file.Path;
import java.util.Map;

/** libtorch and the tokenizers, loaded once for the whole process. */
final class Natives {
  private Natives() {}

  static void start(Path home) {}

  static Map<String, String> environment() {
    return Map.of();
  }
}
