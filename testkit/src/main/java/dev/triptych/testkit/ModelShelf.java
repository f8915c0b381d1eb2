package dev.triptych.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Placement;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Loads each model once, from the class path, a folder or a hub name that the test gave. */
final class ModelShelf implements AutoCloseable {

  record Loaded<M>(M model, String digest) {}

  private final ClassLoader loader;
  private final Map<String, Path> hub = new HashMap<>();
  private final Map<String, Path> unpacked = new HashMap<>();
  private final Map<ModelSpec<?>, Loaded<? extends AutoCloseable>> loaded = new HashMap<>();
  private Path temp;

  ModelShelf(ClassLoader loader) {
    this.loader = loader;
  }

  synchronized void hub(String name, Path folder) {
    hub.put(name, folder);
  }

  synchronized <M extends AutoCloseable> Loaded<M> load(ModelSpec<M> spec) throws IOException {
    Loaded<? extends AutoCloseable> known = loaded.get(spec);
    if (known == null) {
      Path folder = folder(spec);
      M model = spec.loader().load(folder, Placement.of("cpu", spec.dtype().orElse("auto")));
      if (model == null) {
        throw new IOException("model " + spec.id() + ": its loader gave nothing");
      }
      known = new Loaded<>(model, digest(folder));
      loaded.put(spec, known);
    }
    return new Loaded<>(spec.type().cast(known.model()), known.digest());
  }

  private Path folder(ModelSpec<?> spec) throws IOException {
    Path folder = null;
    if (spec.files() instanceof ModelFiles.Folder files) {
      folder = files.path();
    } else if (spec.files() instanceof ModelFiles.Hub files) {
      folder = hub.get(files.name());
    } else if (spec.files() instanceof ModelFiles.Entry files) {
      folder = entry(files.path());
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FileNotFoundException(
          "model " + spec.id() + " has no files at " + spec.files() + ": check the name or path");
    }
    return folder;
  }

  private Path entry(String path) throws IOException {
    URL url = loader.getResource(path);
    if (url == null) {
      return null;
    }
    if (url.getProtocol().equals("file")) {
      return Path.of(URI.create(url.toString()));
    }
    if (!(url.openConnection() instanceof JarURLConnection connection)) {
      return null;
    }
    Path folder = unpacked.get(path);
    if (folder == null) {
      temp = temp != null ? temp : Files.createTempDirectory("triptych-testkit");
      folder = temp.resolve(path);
      unpack(Path.of(URI.create(connection.getJarFileURL().toString())), path + "/", folder);
      unpacked.put(path, folder);
    }
    return folder;
  }

  private static void unpack(Path jar, String prefix, Path folder) throws IOException {
    try (JarFile zip = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(zip.entries())) {
        if (!entry.isDirectory() && entry.getName().startsWith(prefix)) {
          Path target = folder.resolve(entry.getName().substring(prefix.length())).normalize();
          if (!target.startsWith(folder)) {
            throw new IOException(jar + ": entry " + entry.getName() + " leaves its folder");
          }
          Files.createDirectories(target.getParent());
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target);
          }
        }
      }
    }
  }

  private static String digest(Path folder) throws IOException {
    MessageDigest all = StoredArtifact.sha256();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      MessageDigest one = StoredArtifact.sha256();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), one)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      String name = folder.relativize(file).toString().replace('\\', '/');
      all.update((name + "\n" + HexFormat.of().formatHex(one.digest()) + "\n").getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  @Override
  public synchronized void close() {
    AssertionError failed = null;
    for (Loaded<? extends AutoCloseable> model : loaded.values()) {
      try {
        model.model().close();
      } catch (Exception e) {
        failed = new AssertionError(model.model() + " could not be closed", e);
      }
    }
    loaded.clear();
    if (temp != null) {
      try (Stream<Path> walk = Files.walk(temp)) {
        walk.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      } catch (IOException e) {
        failed = new AssertionError(temp + " could not be deleted", e);
      }
      temp = null;
      unpacked.clear();
    }
    if (failed != null) {
      throw failed;
    }
  }
}
