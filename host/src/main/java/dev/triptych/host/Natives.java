package dev.triptych.host;

import dev.triptych.models.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * libtorch and the tokenizers, loaded once for the whole process.
 *
 * <p>The launcher script sets the environment that DJL reads; where it is not set (a test, another
 * launcher) the same is said in system properties, which DJL reads too.
 */
final class Natives {
  private Natives() {}

  /** Unpacks and loads them, one process of this home at a time; the first start takes seconds. */
  static void start(Path home) {
    Path folder = home.resolve("natives");
    unlessSet("DJL_CACHE_DIR", folder.toString());
    unlessSet("DJL_OFFLINE", "true");
    unlessSet("OPT_OUT_TRACKING", "true");
    unlessSet("RUST_FLAVOR", "cpu");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        Torch.start();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the natives cannot be unpacked below " + folder, e);
    }
  }

  /** Returns what of this machine decides the bytes that a model makes. */
  static Map<String, String> environment() {
    return Map.of("libtorch", Torch.libtorch(), "instructionSet", Torch.instructionSet());
  }

  private static void unlessSet(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
