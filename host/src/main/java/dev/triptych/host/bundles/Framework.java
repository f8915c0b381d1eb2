package dev.triptych.host.bundles;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The embedded Felix with Declarative Services, and nothing else in it. [any thread]
 *
 * <p>No ConfigAdmin (it keeps every uninstalled bundle) and no FileInstall (it checks nothing). The
 * bundle cache is a folder of this process, gone when it ends.
 */
public final class Framework implements AutoCloseable {
  private static final String DECLARATIVE_SERVICES = "org.apache.felix.scr";
  private static final long REFRESH_SECONDS = 30;

  private final org.osgi.framework.launch.Framework felix;
  private final Path cache;
  private final Map<String, String> exported;
  private final Map<Bundle, Path> jars = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private volatile Set<Bundle> avoided = Set.of();

  private Framework(
      org.osgi.framework.launch.Framework felix, Path cache, Map<String, String> exported) {
    this.felix = felix;
    this.cache = cache;
    this.exported = exported;
  }

  /**
   * Starts Felix and Declarative Services.
   *
   * @throws IOException if a part of the program is missing or the temporary folder is unwritable
   */
  public static Framework start() throws IOException {
    HostPackages packages = HostPackages.of(Framework.class.getClassLoader());
    Path cache = Files.createTempDirectory("triptych-bundles-");
    Map<String, String> settings = new HashMap<>();
    settings.put(Constants.FRAMEWORK_STORAGE, cache.toString());
    settings.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
    settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, packages.extra());
    settings.put("felix.log.level", "0"); // what fails is thrown, and told by the host
    settings.put("ds.loglevel", "error");
    Framework framework =
        new Framework(new FrameworkFactory().newFramework(settings), cache, packages.versions());
    try {
      framework.felix.start();
      framework.context().registerService(WeavingHook.class, new ExitWeaving(), null);
      framework
          .context()
          .registerService(ResolverHookFactory.class, triggers -> framework.new Avoiding(), null);
      framework.installInPlace(packages.bundle(DECLARATIVE_SERVICES)).start();
      return framework;
    } catch (BundleException | IOException e) {
      framework.close();
      throw new IOException("the bundle framework does not start: " + e.getMessage(), e);
    }
  }

  /** Returns the context of the system bundle. */
  public BundleContext context() {
    return felix.getBundleContext();
  }

  /** Returns the packages that the host exports to bundles, with their versions. */
  public Map<String, String> exported() {
    return exported;
  }

  /** Installs a jar that nobody will change while the process runs, without a copy of it. */
  Bundle installInPlace(Path jar) throws BundleException {
    Bundle bundle = context().installBundle("reference:" + jar.toUri());
    jars.put(bundle, jar);
    return bundle;
  }

  /** Installs bytes that were read from a jar, beside whatever is there of the same name. */
  Bundle install(byte[] bytes, Path jar) throws BundleException {
    Bundle bundle =
        context()
            .installBundle(
                "plugin:" + count.incrementAndGet() + ":" + jar.getFileName(),
                new ByteArrayInputStream(bytes));
    jars.put(bundle, jar);
    return bundle;
  }

  /** Wires no other bundle to these from now on: they are about to go. */
  void avoid(Collection<Bundle> bundles) {
    avoided = Set.copyOf(bundles);
  }

  /** Lets no bundle be wired to one that is about to go, nor be kept from resolving by it. */
  private final class Avoiding implements ResolverHook {
    @Override
    public void filterResolvable(Collection<BundleRevision> candidates) {}

    @Override
    public void filterSingletonCollisions(
        BundleCapability singleton, Collection<BundleCapability> candidates) {
      candidates.removeIf(one -> avoided.contains(one.getRevision().getBundle()));
    }

    @Override
    public void filterMatches(BundleRequirement one, Collection<BundleCapability> candidates) {
      candidates.removeIf(candidate -> avoided.contains(candidate.getRevision().getBundle()));
    }

    @Override
    public void end() {}
  }

  /** Returns who could provide what a bundle needs, but for those about to go. */
  List<BundleCapability> providers(BundleRequirement requirement) {
    return felix.adapt(FrameworkWiring.class).findProviders(requirement).stream()
        .filter(one -> !avoided.contains(one.getRevision().getBundle()))
        .toList();
  }

  /** Returns the exports of a package, whatever their versions. */
  List<BundleCapability> exporting(String name) {
    List<BundleCapability> exports = new ArrayList<>();
    for (Bundle bundle : context().getBundles()) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision != null && !avoided.contains(bundle)) {
        revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
            .filter(one -> name.equals(one.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))
            .forEach(exports::add);
      }
    }
    return exports;
  }

  /** Returns the bundles that are wired to others, and to each other, but for these themselves. */
  Collection<Bundle> dependents(Collection<Bundle> bundles) {
    Set<Bundle> all =
        new LinkedHashSet<>(felix.adapt(FrameworkWiring.class).getDependencyClosure(bundles));
    all.removeAll(bundles);
    return all;
  }

  /** Wires a bundle, without starting it, if that can be. */
  void resolve(Bundle bundle) {
    felix.adapt(FrameworkWiring.class).resolveBundles(List.of(bundle));
  }

  /** Uninstalls bundles and waits until nothing is wired to them. */
  void uninstall(Collection<Bundle> bundles)
      throws BundleException, IOException, InterruptedException {
    for (Bundle bundle : bundles) {
      bundle.uninstall();
      jars.remove(bundle);
    }
    refresh(bundles);
  }

  /** Returns the jar that a bundle was installed from. */
  public Optional<Path> jar(Bundle bundle) {
    return Optional.ofNullable(jars.get(bundle));
  }

  /**
   * Rewires what depended on bundles that were uninstalled or updated, and waits for it.
   *
   * @throws IOException if that takes longer than 30 s
   */
  public void refresh(Collection<Bundle> bundles) throws IOException, InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    felix
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            bundles,
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    if (!refreshed.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("bundles were not rewired within " + REFRESH_SECONDS + " s");
    }
  }

  /** Stops Felix and removes the bundle cache. */
  @Override
  public void close() {
    try {
      felix.stop();
      felix.waitForStop(TimeUnit.SECONDS.toMillis(REFRESH_SECONDS));
    } catch (BundleException e) {
      throw new IllegalStateException("the bundle framework does not stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    removeCache();
  }

  /** Removes the bundle cache, for a process that is about to end at once. */
  public void removeCache() {
    try {
      remove(cache);
    } catch (IOException e) {
      // a folder in the system's temporary place; the system clears it
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, IOException e) throws IOException {
            Files.deleteIfExists(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
