package dev.triptych.models.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightStoreTest {
  @TempDir Path temp;
  private final Digests digests = Digests.inMemory();
  private WeightStore store;
  private Path jar;

  @BeforeEach
  void pack() throws IOException {
    store = new WeightStore(temp.resolve("home"), digests);
    jar = temp.resolve("plugin.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name :
          List.of(
              "models/",
              "models/poem/",
              "models/poem/config.json",
              "models/poem/unet/model.safetensors",
              "models/poems/other.json",
              "A.class")) {
        zip.putNextEntry(new ZipEntry(name));
        if (!name.endsWith("/")) {
          zip.write(name.getBytes());
        }
      }
    }
  }

  @Test
  void jarEntriesAreCopiedOnceAndReadOnly() throws IOException {
    Map<String, FileSource> files = ModelSource.jar(jar).files(ModelFiles.entry("models/poem"));
    assertEquals(Set.of("config.json", "unet/model.safetensors"), files.keySet());
    String digest = digests.of(files);
    Path folder = store.folder(digest, files);
    assertEquals(temp.resolve("home/weights").resolve(digest), folder);
    Path weights = folder.resolve("unet/model.safetensors");
    assertEquals("models/poem/unet/model.safetensors", Files.readString(weights));
    assertFalse(Files.getPosixFilePermissions(weights).toString().contains("WRITE"));
    assertEquals(digest, digests.of(ModelSource.below(folder)));

    var copied = Files.getLastModifiedTime(weights);
    assertEquals(folder, new WeightStore(temp.resolve("home"), digests).folder(digest, files));
    assertEquals(copied, Files.getLastModifiedTime(weights));
    try (Stream<Path> left = Files.list(temp.resolve("home/weights"))) {
      assertEquals(List.of(folder), left.toList());
    }
  }

  @Test
  void aCutCopyIsCopiedAgain() throws IOException {
    Map<String, FileSource> files = ModelSource.jar(jar).files(ModelFiles.entry("models/poem"));
    String digest = digests.of(files);
    Path config = store.folder(digest, files).resolve("config.json");
    assertTrue(config.toFile().setWritable(true));
    Files.writeString(config, "cut");
    store.folder(digest, files);
    assertEquals("models/poem/config.json", Files.readString(config));
  }

  @Test
  void bytesThatChangeWhileCopiedAreRefused() throws IOException {
    int[] opened = {0};
    Map<String, FileSource> files =
        Map.of(
            "a",
            FileSource.of("a", 1, () -> new ByteArrayInputStream(new byte[] {(byte) opened[0]++})));
    String digest = digests.of(files);
    IOException e = assertThrows(IOException.class, () -> store.folder(digest, files));
    assertEquals("model file a changed while it was copied", e.getMessage());
    assertFalse(Files.exists(temp.resolve("home/weights").resolve(digest)));
  }

  @Test
  void namesThatLeaveTheFolderAreRefused() throws IOException {
    Map<String, FileSource> files =
        Map.of("../a", FileSource.of("x", 0, () -> new ByteArrayInputStream(new byte[0])));
    assertThrows(IOException.class, () -> store.folder(digests.of(files), files));
  }

  @Test
  void realFoldersStayWhereTheyAre() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("hub/unet"));
    Files.writeString(folder.resolve("model.safetensors"), "w");
    Files.writeString(folder.resolveSibling("config.json"), "{}");
    var files =
        ModelSource.hub(name -> java.util.Optional.of(folder.getParent()))
            .files(ModelFiles.hub("a/b"));
    assertEquals(folder.getParent(), store.folder(digests.of(files), files));
    assertFalse(Files.exists(temp.resolve("home/weights")));
  }

  @Test
  void classPathsAreSearchedInFoldersAndJars() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("classes/models/melody"));
    Files.writeString(folder.resolve("config.json"), "{}");
    URL[] path = {jar.toUri().toURL(), temp.resolve("classes").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, null)) {
      ModelSource source = ModelSource.folders().or(ModelSource.classPath(loader));
      assertEquals(
          Set.of("config.json", "unet/model.safetensors"),
          source.files(ModelFiles.entry("models/poem")).keySet());
      assertEquals(Set.of("config.json"), source.files(ModelFiles.entry("models/melody")).keySet());
      assertTrue(source.files(ModelFiles.entry("models/none")).isEmpty());
    }
  }

  @Test
  void devicesAreChosenAmongThoseThatThereAre() {
    assertEquals("cpu/auto", Devices.choose("auto", 0).toString());
    assertEquals("cuda:0/auto", Devices.choose("auto", 2).toString());
    assertEquals("cuda:1/auto", Devices.choose("cuda:1", 2).toString());
    assertEquals("cpu/auto", Devices.choose("cpu", 2).toString());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Devices.choose("cuda:0", 0))
            .getMessage()
            .contains("no CUDA device"));
    assertThrows(IllegalArgumentException.class, () -> Devices.choose("tpu", 1));
  }
}
