package dev.triptych.models.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system says of mapped weights, in {@code /proc/self/smaps}. */
class MappedWeightsTest {
  private static final Path SMAPS = Path.of("/proc/self/smaps");
  private static final int ROWS = 1024;
  private static final int COLUMNS = 1024;
  private static final long BYTES = 4L * ROWS * COLUMNS; // 4 MiB

  @TempDir Path temp;

  @BeforeAll
  static void onLinux() {
    assumeTrue(Files.isReadable(SMAPS), "only Linux lists its mappings");
  }

  /** Sums its one tensor, so that every page of it is touched. */
  static final class Total implements AutoCloseable, Weighed {
    private final Program program;

    Total(Path folder, Placement placement) throws IOException {
      program =
          Program.load(
              Total.class, List.of("total.py"), Safetensors.folder(folder, "model"), placement);
    }

    float of() {
      try (Tensor one = Tensor.of(new float[] {1}, 1);
          Program.Result total = program.call("forward", one)) {
        return total.floats()[0];
      }
    }

    @Override
    public long mappedBytes() {
      return program.mappedBytes();
    }

    @Override
    public long privateBytes() {
      return 0;
    }

    @Override
    public void close() {
      program.close();
    }
  }

  private ModelSpec<Total> spec(String id, float weight) throws IOException {
    float[] numbers = new float[ROWS * COLUMNS];
    Arrays.fill(numbers, weight);
    Path folder = Files.createDirectories(temp.resolve(id));
    new SafetensorsWriter()
        .add("weight", Dtype.F32, numbers, ROWS, COLUMNS)
        .write(folder.resolve("model.safetensors"));
    return ModelSpec.of(id, ModelFiles.folder(folder), Total.class, Total::new);
  }

  /** Returns the resident KiB of each mapping of a file below a folder. */
  private static List<Long> mappings(Path folder) throws IOException {
    Pattern head = Pattern.compile("[0-9a-f]+-[0-9a-f]+ .*");
    boolean[] inside = {false};
    return Files.readAllLines(SMAPS).stream()
        .peek(
            line -> {
              if (head.matcher(line).matches()) {
                inside[0] = line.contains(folder.toString() + "/");
              }
            })
        .filter(line -> inside[0] && line.startsWith("Rss:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .toList();
  }

  @Test
  void withABudgetBelowTwoModelsTheFirstMappingGoes() throws Exception {
    ModelSpec<Total> first = spec("first", 1);
    ModelSpec<Total> second = spec("second", 0.5f);
    try (ModelManager manager = new ModelManager(temp.resolve("home"), BYTES * 3 / 2)) {
      try (Share<Total> share = manager.lease(first, ModelSource.folders())) {
        assertEquals(ROWS * COLUMNS, share.model().of());
        List<Long> mapped = mappings(temp.resolve("first"));
        assertEquals(1, mapped.size(), "the file is mapped once");
        assertTrue(mapped.get(0) * 1024 >= BYTES, "and its pages were read: " + mapped);
      }
      assertEquals(1, mappings(temp.resolve("first")).size(), "idle, it stays while there is room");
      try (Share<Total> share = manager.lease(second, ModelSource.folders())) {
        assertEquals(ROWS * COLUMNS / 2, share.model().of());
        assertEquals(1, mappings(temp.resolve("second")).size());
        assertEquals(
            List.of(), mappings(temp.resolve("first")), "the first mapping is still there");
      }
      assertEquals(1, manager.entries().size());
      assertEquals(BYTES, manager.usedBytes());
    }
    assertEquals(List.of(), mappings(temp), "mappings outlive the manager");
  }

  @Test
  void equalBytesUnderOtherNamesMapOnceAndOtherBytesDoNotShare() throws Exception {
    ModelSpec<Total> one = packed("one.jar", "plugin-one", spec("a", 1));
    ModelSpec<Total> two = packed("two.jar", "plugin-two", spec("a", 1));
    ModelSpec<Total> other = packed("other.jar", "plugin-one", spec("b", 2));
    Path home = temp.resolve("home");
    try (ModelManager manager = new ModelManager(home, BYTES * 10);
        Share<Total> first = manager.lease(one, ModelSource.jar(temp.resolve("one.jar")));
        Share<Total> same = manager.lease(two, ModelSource.jar(temp.resolve("two.jar")));
        Share<Total> third = manager.lease(other, ModelSource.jar(temp.resolve("other.jar")))) {
      assertEquals(first.model().of(), same.model().of());
      assertEquals(2f * ROWS * COLUMNS, third.model().of());
      assertEquals(first.digest(), same.digest());
      assertNotEquals(first.digest(), third.digest());
      assertEquals(1, mappings(home.resolve("weights").resolve(first.digest())).size());
      assertEquals(1, mappings(home.resolve("weights").resolve(third.digest())).size());
      assertEquals(2, mappings(home).size());
    }
    assertEquals(List.of(), mappings(home));
  }

  /** Packs a model into a jar, as it lies in a bundle. */
  private ModelSpec<Total> packed(String jar, String id, ModelSpec<Total> spec) throws IOException {
    Path folder = ((ModelFiles.Folder) spec.files()).path();
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(temp.resolve(jar)))) {
      zip.putNextEntry(new ZipEntry("models/total/model.safetensors"));
      Files.copy(folder.resolve("model.safetensors"), zip);
    }
    return ModelSpec.of(id, ModelFiles.entry("models/total"), Total.class, Total::new);
  }
}
