package dev.triptych.host;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.models.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.MidiUnavailableException;

/** Looks whether everything that the program needs is there and works. */
public final class Checkup {
  /**
   * One thing that was looked at.
   *
   * @param name what
   * @param good whether it is as it should be
   * @param found what was found
   * @param remedy a key of what to do if it is not good
   */
  public record Finding(String name, boolean good, String found, String remedy) {}

  private static final int JAVA = 17;

  /** What the program needs of Java beyond java.base; a small run time may lack some. */
  private static final List<String> MODULES =
      List.of(
          "java.desktop",
          "java.logging",
          "java.prefs",
          "java.sql",
          "jdk.random",
          "jdk.unsupported");

  private static final long LEAST_MEMORY = 2L << 30;
  private static final long LEAST_DISK = 1L << 30;

  private final List<Finding> findings = new ArrayList<>();

  private Checkup() {}

  /** Returns what was found before the host could start: Java, memory, home and disk. */
  public static List<Finding> machine(Home home) {
    Checkup checkup = new Checkup();
    int feature = Runtime.version().feature();
    List<String> lacking =
        MODULES.stream().filter(one -> ModuleLayer.boot().findModule(one).isEmpty()).toList();
    checkup.add(
        "java",
        feature >= JAVA && lacking.isEmpty(),
        Runtime.version() + ", " + jvm() + (lacking.isEmpty() ? "" : " − " + lacking),
        "java");
    checkup.add("cores", true, String.valueOf(Runtime.getRuntime().availableProcessors()), "");
    long memory = Memory.bytes();
    checkup.add("memory", memory >= LEAST_MEMORY, gigabytes(memory), "memory");
    try {
      Files.createDirectories(home.folder());
      Files.delete(Files.createTempFile(home.folder(), "new-", ".tmp"));
      checkup.add("home", true, home.folder().toString(), "");
      long free = Files.getFileStore(home.folder()).getUsableSpace();
      checkup.add("disk", free >= LEAST_DISK, gigabytes(free), "disk");
    } catch (IOException e) {
      checkup.add("home", false, home.folder() + ": " + e.getMessage(), "home");
    }
    return checkup.findings;
  }

  /** Returns what was found in the program that started. */
  public static List<Finding> program(Host host) throws IOException {
    Checkup checkup = new Checkup();
    host.libtorch();
    checkup.add("libtorch", true, Torch.libtorch(), "");
    checkup.add("instructions", true, Torch.instructionSet(), "");
    int cuda = Torch.cudaDevices();
    checkup.add("devices", true, cuda == 0 ? "cpu" : "cpu, " + cuda + " × cuda", "");
    TreeSet<String> formats = new TreeSet<>();
    for (String format : ImageIO.getReaderFormatNames()) {
      formats.add(format.toLowerCase(Locale.ROOT));
    }
    checkup.add("images", formats.contains("webp"), String.join(" ", formats), "builtin");
    checkup.midi();
    List<Plugin> plugins = host.plugins().list();
    checkup.add("bundles", !plugins.isEmpty(), String.valueOf(plugins.size()), "bundles");
    for (Plugin plugin : plugins) {
      checkup.add(
          plugin.id(),
          plugin.problem().isEmpty() && !plugin.brings().isEmpty(),
          plugin
              .problem()
              .orElse(
                  plugin.version()
                      + (plugin.brings().isEmpty()
                          ? ": no generator came up"
                          : ": " + String.join(", ", plugin.brings()))),
          plugin.builtIn() ? "builtin" : "plugin");
    }
    for (ModelCatalog.Row model : host.catalog()) {
      if (!model.problem().isEmpty()) {
        checkup.add(model.name(), false, model.where() + ": " + model.problem(), "model");
      }
    }
    checkup.add("works", true, String.valueOf(host.works().reindex()), "");
    return checkup.findings;
  }

  private void midi() {
    try {
      Class<?> type = MidiSystem.getSynthesizer().getClass();
      boolean open = type.getModule().isExported(type.getPackageName(), Checkup.class.getModule());
      add("synthesizer", open, type.getSimpleName(), "synthesizer");
    } catch (MidiUnavailableException e) {
      add("synthesizer", false, String.valueOf(e.getMessage()), "synthesizer");
    }
  }

  private void add(String name, boolean good, String found, String remedy) {
    findings.add(new Finding(name, good, found, remedy));
  }

  private static String jvm() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
