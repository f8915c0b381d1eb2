package dev.triptych.host.dev;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/** The folder of an author's Maven project. */
public final class Project {
  private static final Pattern BESIDES = Pattern.compile(".*-(sources|javadoc|tests)\\.jar");

  /** A file as it is now; another one of the same name differs in time or size. */
  public record Stamp(Path file, long millis, long bytes) {}

  private final Path folder;

  /**
   * Opens a project.
   *
   * @throws IllegalArgumentException if the folder is not there or has no {@code pom.xml}
   */
  public Project(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("there is no folder " + folder);
    }
    if (!Files.isRegularFile(folder.resolve("pom.xml"))) {
      throw new IllegalArgumentException(
          folder + " has no pom.xml: name the folder of a plugin's Maven project");
    }
  }

  /** Returns the folder. */
  public Path folder() {
    return folder;
  }

  /** Returns the newest jar in {@code target} that is no sources, documentation or tests. */
  public Optional<Stamp> jar() throws IOException {
    Path target = folder.resolve("target");
    Stamp newest = null;
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "*.jar")) {
      for (Path jar : jars) {
        if (!BESIDES.matcher(jar.getFileName().toString()).matches()) {
          var file = Files.readAttributes(jar, BasicFileAttributes.class);
          Stamp stamp = new Stamp(jar, file.lastModifiedTime().toMillis(), file.size());
          newest = newest == null || stamp.millis > newest.millis ? stamp : newest;
        }
      }
    } catch (NoSuchFileException | java.nio.file.NotDirectoryException e) {
      return Optional.empty(); // not built yet, or being cleaned
    }
    return Optional.ofNullable(newest);
  }

  /** Returns whether a jar can be read to its end, which one that is being written cannot. */
  static boolean whole(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest() != null;
    } catch (ZipException | NoSuchFileException e) {
      return false;
    }
  }

  /** Returns a number that changes when a source, a resource or the pom changes. */
  public long sources() throws IOException {
    long[] sum = {0};
    SimpleFileVisitor<Path> reader =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            long one = file.hashCode() * 31L + attributes.lastModifiedTime().toMillis();
            sum[0] += (one * 31 + attributes.size()) * 0x9E3779B97F4A7C15L; // in any order
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // editors make and remove files of their own
          }
        };
    Files.walkFileTree(folder.resolve("pom.xml"), reader);
    if (Files.isDirectory(folder.resolve("src"))) {
      Files.walkFileTree(folder.resolve("src"), reader);
    }
    return sum[0];
  }
}
