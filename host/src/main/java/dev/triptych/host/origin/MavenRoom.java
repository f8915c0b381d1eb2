package dev.triptych.host.origin;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Loads Maven Resolver when it is first needed. Its jars lie apart from the program's, in {@code
 * lib/maven}: they cost no start any time, and no bundle sees them.
 */
final class MavenRoom extends URLClassLoader {
  /** System property: the folder with the jars; without it they are on the class path. */
  static final String FOLDER = "triptych.maven";

  private static final String ROOM = MavenRoom.class.getPackageName() + ".maven.";
  private static final String ENTRY = ROOM + "MavenRepositories";

  private MavenRoom(URL[] jars) {
    super("maven", jars, MavenRoom.class.getClassLoader());
  }

  /**
   * Opens the repositories that the user's settings name.
   *
   * @param environment of the user
   * @throws IOException if the jars are missing or the settings cannot be read
   */
  static Repositories open(Map<String, String> environment) throws IOException {
    String folder = System.getProperty(FOLDER, "");
    ClassLoader loader =
        folder.isEmpty() ? MavenRoom.class.getClassLoader() : new MavenRoom(jars(Path.of(folder)));
    try {
      return (Repositories)
          loader.loadClass(ENTRY).getMethod("open", Map.class).invoke(null, environment);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IOException("Maven Resolver does not start: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IOException("Maven Resolver is missing from the program's lib/maven", e);
    }
  }

  private static URL[] jars(Path folder) throws IOException {
    List<URL> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
        for (Path jar : found) {
          jars.add(jar.toUri().toURL());
        }
      }
    }
    return jars.toArray(URL[]::new);
  }

  /** Defines the classes of the room here, where they see Maven's; all others come from above. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(ROOM)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
