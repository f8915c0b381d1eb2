package dev.triptych.host.trust;

import dev.triptych.host.trust.ClassFile.Member;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What types and members of the JDK, of the contract and of the host let a class reach. A table of
 * names, no more: what is reached by reflection is not seen, so that is remarked on.
 */
final class Reach {
  private static final Set<String> HARMLESS_NET =
      Set.of(
          "java/net/URI",
          "java/net/URL", // one that the class loader gave; making one is another matter
          "java/net/URLConnection",
          "java/net/JarURLConnection",
          "java/net/URLEncoder",
          "java/net/URLDecoder",
          "java/net/IDN");

  private static final List<String> NETWORK =
      List.of(
          "java/net/",
          "javax/net/",
          "java/rmi/",
          "javax/naming/",
          "javax/management/remote/",
          "com/sun/net/",
          "com/sun/jndi/",
          "jdk/net/",
          "sun/net/",
          "java/nio/channels/SocketChannel",
          "java/nio/channels/ServerSocketChannel",
          "java/nio/channels/DatagramChannel",
          "java/nio/channels/AsynchronousSocketChannel",
          "java/nio/channels/AsynchronousServerSocketChannel",
          "java/nio/channels/spi/");

  private static final List<String> FILES =
      List.of(
          "java/io/File", // FileInputStream, FileWriter … as well
          "java/io/RandomAccessFile",
          "java/nio/file/File", // Files, FileSystem, FileStore …
          "java/nio/file/Watch",
          "java/nio/file/spi/",
          "java/nio/channels/FileChannel",
          "java/nio/channels/AsynchronousFileChannel",
          "java/util/zip/ZipFile",
          "java/util/jar/JarFile",
          "java/util/logging/FileHandler",
          "java/util/prefs/",
          "javax/imageio/stream/FileImage");

  private static final Set<String> HARMLESS_FILES =
      Set.of("java/io/FilenameFilter", "java/nio/file/FileVisitResult");

  private static final List<String> PROCESSES =
      List.of("java/lang/Process", "com/sun/tools/attach/");

  private static final List<String> MODELS = List.of("dev/triptych/models/", "ai/djl/");

  /** Types whose constructors open a file if the first argument is its name. */
  private static final Set<String> OPENED_BY_NAME =
      Set.of("java/io/PrintStream", "java/io/PrintWriter", "java/util/Formatter");

  private static final Set<String> LOADERS =
      Set.of("java/lang/ClassLoader", "java/net/URLClassLoader", "java/security/SecureClassLoader");

  private Reach() {}

  /** Returns what a type lets a class reach that names it. */
  static Optional<Capability> of(String type) {
    if (begins(type, MODELS)) {
      return Optional.of(Capability.MODELS);
    }
    if (type.endsWith("Exception")) {
      return Optional.empty();
    }
    if (begins(type, NETWORK) && !HARMLESS_NET.contains(type)) {
      return Optional.of(Capability.NETWORK);
    }
    if (begins(type, FILES) && !HARMLESS_FILES.contains(type)) {
      return Optional.of(Capability.FILES);
    }
    return begins(type, PROCESSES) ? Optional.of(Capability.PROCESSES) : Optional.empty();
  }

  /** Returns what a member lets a class reach that names it, beyond the types in it. */
  static Optional<Capability> of(Member member) {
    String call = member.owner() + "." + member.name();
    boolean named = member.descriptor().startsWith("(Ljava/lang/String;");
    boolean path = member.descriptor().startsWith("(Ljava/nio/file/Path;");
    return switch (call) {
      case "java/net/URL.<init>", "java/net/URL.of", "java/net/URI.toURL" ->
          Optional.of(Capability.NETWORK);
      case "java/lang/Runtime.exec" -> Optional.of(Capability.PROCESSES);
      case "dev/triptych/api/Job.lease" -> Optional.of(Capability.MODELS);
      case "java/nio/file/Path.toRealPath" -> Optional.of(Capability.FILES);
      case "java/util/Scanner.<init>" -> path ? Optional.of(Capability.FILES) : Optional.empty();
      default ->
          named && member.name().equals("<init>") && OPENED_BY_NAME.contains(member.owner())
              ? Optional.of(Capability.FILES)
              : Optional.empty();
    };
  }

  /** Returns whether what this member does cannot be seen in the names that a class has. */
  static boolean hides(Member member) {
    return switch (member.owner()) {
      case "java/lang/reflect/Method" -> member.name().equals("invoke");
      case "java/lang/reflect/Constructor" -> member.name().equals("newInstance");
      case "java/lang/Class" -> Set.of("forName", "newInstance").contains(member.name());
      case "java/lang/invoke/MethodHandles$Lookup" ->
          member.name().matches("(find|unreflect|define).*");
      case "java/util/ServiceLoader" -> member.name().startsWith("load");
      case "java/io/ObjectInputStream" -> member.name().startsWith("readObject");
      case "javax/script/ScriptEngineManager" -> true;
      case "sun/misc/Unsafe" -> true;
      default ->
          LOADERS.contains(member.owner())
              && member.name().matches("<init>|loadClass|defineClass|findClass|newInstance");
    };
  }

  /** Returns whether this member loads native code, which can do anything. */
  static boolean loadsNativeCode(Member member) {
    return Set.of("java/lang/System", "java/lang/Runtime").contains(member.owner())
            && Set.of("load", "loadLibrary").contains(member.name())
        || member.owner().startsWith("java/lang/foreign/Linker");
  }

  /** Returns whether this member changes other plugins, past the gate. */
  static boolean changesPlugins(Member member) {
    return member.owner().equals("org/osgi/framework/BundleContext")
            && member.name().equals("installBundle")
        || member.owner().equals("org/osgi/framework/Bundle")
            && Set.of("update", "uninstall", "stop").contains(member.name());
  }

  private static boolean begins(String type, List<String> prefixes) {
    return prefixes.stream().anyMatch(type::startsWith);
  }
}
