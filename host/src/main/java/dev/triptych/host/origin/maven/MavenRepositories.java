package dev.triptych.host.origin.maven;

import dev.triptych.host.origin.Coordinates;
import dev.triptych.host.origin.FetchListener;
import dev.triptych.host.origin.Repositories;
import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResult;
import org.eclipse.aether.spi.connector.transport.http.HttpTransporterException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.ChecksumFailureException;
import org.eclipse.aether.transfer.MetadataNotFoundException;
import org.eclipse.aether.transfer.RepositoryOfflineException;
import org.eclipse.aether.util.version.GenericVersionScheme;
import org.eclipse.aether.version.InvalidVersionSpecificationException;
import org.eclipse.aether.version.Version;

/**
 * Maven repositories through Maven Resolver, with the user's own settings: local repository,
 * mirrors, proxies, logins, offline. Checksums are verified. [one thread at a time]
 */
public final class MavenRepositories implements Repositories {
  private static final int MOST_SIGNATURE = 4096;
  private static final int SILENCE_MILLIS = 20_000;

  private final UserSettings settings;
  private final Map<String, String> environment;
  private final RepositorySystem system = new RepositorySystemSupplier().get();

  private MavenRepositories(UserSettings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /**
   * Reads the user's settings.
   *
   * @param environment of the user
   * @throws IOException if they are damaged
   */
  public static Repositories open(Map<String, String> environment) throws IOException {
    return new MavenRepositories(UserSettings.read(environment), environment);
  }

  @Override
  public Candidate fetch(Coordinates wanted, FetchListener listener)
      throws IOException, InterruptedException {
    Transfers transfers = new Transfers(listener);
    try (CloseableSession session = session(transfers)) {
      List<RemoteRepository> asked = asked(session);
      Coordinates exact =
          wanted.version().isPresent() ? wanted : wanted.at(newest(session, wanted, asked));
      Path jar;
      try {
        jar = resolve(session, exact, exact.extension(), asked);
      } catch (ArtifactResolutionException e) {
        throw failure(exact, asked, transfers, e, e.getResult().getExceptions());
      }
      if (Files.size(jar) > Candidate.MAX_BYTES) {
        throw tooLarge(exact);
      }
      return Candidate.of(
          exact.fileName(),
          exact.toString(),
          Files.readAllBytes(jar),
          signature(session, exact, asked));
    }
  }

  @Override
  public String newest(Coordinates wanted) throws IOException, InterruptedException {
    try (CloseableSession session = session(new Transfers(FetchListener.NONE))) {
      return newest(session, wanted, asked(session));
    }
  }

  private CloseableSession session(Transfers transfers) {
    SessionBuilder session = new SessionBuilderSupplier(system).get();
    Selectors.choose(session, settings.settings(), environment);
    return session
        .withLocalRepositoryBaseDirectories(settings.localRepository())
        .setOffline(settings.settings().isOffline())
        .setTransferListener(transfers)
        .setSystemProperties(System.getProperties())
        .setConfigProperty(ConfigurationProperties.CONNECT_TIMEOUT, SILENCE_MILLIS)
        .setConfigProperty(ConfigurationProperties.REQUEST_TIMEOUT, SILENCE_MILLIS)
        .setConfigProperty(ConfigurationProperties.HTTP_RETRY_HANDLER_COUNT, 1)
        .setConfigProperty(ConfigurationProperties.HTTP_RETRY_HANDLER_INTERVAL, 500L)
        .build();
  }

  private List<RemoteRepository> asked(CloseableSession session) {
    return system.newResolutionRepositories(session, settings.repositories());
  }

  private Path resolve(
      CloseableSession session, Coordinates exact, String extension, List<RemoteRepository> asked)
      throws ArtifactResolutionException {
    Artifact artifact =
        new DefaultArtifact(
            exact.group(),
            exact.artifact(),
            exact.classifier(),
            extension,
            exact.version().orElseThrow());
    return system
        .resolveArtifact(session, new ArtifactRequest(artifact, asked, null))
        .getArtifact()
        .getPath();
  }

  private Optional<byte[]> signature(
      CloseableSession session, Coordinates exact, List<RemoteRepository> asked)
      throws IOException {
    try {
      Path file = resolve(session, exact, exact.extension() + ".sig", asked);
      return Files.size(file) <= MOST_SIGNATURE
          ? Optional.of(Files.readAllBytes(file))
          : Optional.empty();
    } catch (ArtifactResolutionException e) {
      return Optional.empty(); // the gate says that there is none
    }
  }

  private String newest(CloseableSession session, Coordinates wanted, List<RemoteRepository> asked)
      throws IOException, InterruptedException {
    Artifact any =
        new DefaultArtifact(
            wanted.group(), wanted.artifact(), wanted.classifier(), wanted.extension(), "[0,)");
    VersionRangeResult range;
    try {
      range = system.resolveVersionRange(session, new VersionRangeRequest(any, asked, null));
    } catch (RepositoryException e) {
      throw new IOException(wanted + " cannot be looked up: " + e.getMessage(), e);
    }
    for (int i = range.getVersions().size() - 1; i >= 0; i--) {
      Version release = range.getVersions().get(i);
      if (!release.toString().endsWith("-SNAPSHOT")) {
        return later(release, wanted.version());
      }
    }
    throw failure(wanted.newest(), asked, null, null, range.getExceptions());
  }

  /** Returns a release, or the version that is there if it is later, such as a snapshot. */
  private static String later(Version release, Optional<String> here) throws IOException {
    try {
      if (here.isEmpty()) {
        return release.toString();
      }
      Version version = new GenericVersionScheme().parseVersion(here.get());
      return version.compareTo(release) > 0 ? here.get() : release.toString();
    } catch (InvalidVersionSpecificationException e) {
      throw new IOException(here.get() + " cannot be looked up: " + e.getMessage(), e);
    }
  }

  /** Turns what Maven says into one sentence: the worst of what went wrong, not the first. */
  private IOException failure(
      Coordinates wanted,
      List<RemoteRepository> asked,
      Transfers transfers,
      Exception failed,
      List<Exception> reasons)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (transfers != null && transfers.large()) {
      throw tooLarge(wanted);
    }
    boolean offline = settings.settings().isOffline();
    for (Exception reason : reasons) {
      offline |= find(reason, RepositoryOfflineException.class) != null;
      ChecksumFailureException checksum = find(reason, ChecksumFailureException.class);
      if (checksum != null) {
        return new IOException(
            wanted + " is damaged: its checksum is not the one that the repository says", reason);
      }
      HttpTransporterException answer = find(reason, HttpTransporterException.class);
      if (answer != null && List.of(401, 403, 407).contains(answer.getStatusCode())) {
        return new IOException(
            "a repository does not give "
                + wanted
                + " without a login: name its server in Maven's settings.xml",
            reason);
      }
    }
    String names =
        asked.stream()
            .map(one -> one.getId() + " (" + one.getUrl() + ")")
            .collect(Collectors.joining(", "));
    if (offline) {
      return new IOException(
          wanted + " is not in the local repository, and Maven's settings say offline", failed);
    }
    for (Exception reason : reasons) {
      if (find(reason, ArtifactNotFoundException.class) == null
          && find(reason, MetadataNotFoundException.class) == null) {
        Throwable root = reason;
        while (root.getCause() != null) {
          root = root.getCause();
        }
        return new IOException(
            wanted + " cannot be had from " + names + ": " + root.getMessage(), reason);
      }
    }
    throw new IllegalArgumentException(
        wanted.version().isPresent()
            ? "there is no " + wanted + " in the repositories asked: " + names
            : "there is no release of " + wanted + " in the repositories asked: " + names,
        failed);
  }

  private static IllegalArgumentException tooLarge(Coordinates wanted) {
    return new IllegalArgumentException(
        wanted + " is larger than " + (Candidate.MAX_BYTES >> 20) + " MiB");
  }

  private static <T extends Throwable> T find(Throwable from, Class<T> type) {
    for (Throwable one = from; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return type.cast(one);
      }
    }
    return null;
  }
}
