package dev.triptych.models.ledger;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The entries below a folder of a jar, as files of a model. */
final class JarEntries {
  private JarEntries() {}

  static Map<String, FileSource> below(Path jar, String folder) throws IOException {
    Path path = jar.toAbsolutePath().normalize();
    String prefix = folder + "/";
    BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
    String identity = FileSource.identity(path, facts);
    Map<String, FileSource> found = new TreeMap<>();
    try (ZipFile zip = new ZipFile(path.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        if (entry.isDirectory() || !name.startsWith(prefix)) {
          continue;
        }
        FileSource file =
            FileSource.within(
                facts, identity + "!" + name, entry.getSize(), () -> open(path, name));
        found.put(name.substring(prefix.length()), file);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  static Map<String, FileSource> onClassPath(ClassLoader loader, String folder) throws IOException {
    Map<String, FileSource> found = new TreeMap<>();
    for (URL url : Collections.list(loader.getResources(folder))) {
      Map<String, FileSource> here = Map.of();
      try {
        if (url.getProtocol().equals("file")) {
          here = ModelSource.below(Path.of(url.toURI()));
        } else if (url.openConnection() instanceof JarURLConnection connection) {
          here = below(Path.of(connection.getJarFileURL().toURI()), folder);
        }
      } catch (URISyntaxException e) {
        throw new IOException("class path entry " + url + " is not a proper address", e);
      }
      here.forEach(found::putIfAbsent);
    }
    return Collections.unmodifiableMap(found);
  }

  /** Opens one entry; closing the stream closes the jar. */
  private static InputStream open(Path jar, String name) throws IOException {
    ZipFile zip = new ZipFile(jar.toFile());
    try {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new IOException(jar + " has lost its entry " + name);
      }
      return new FilterInputStream(zip.getInputStream(entry)) {
        @Override
        public void close() throws IOException {
          try (zip) {
            super.close();
          }
        }
      };
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }
}
