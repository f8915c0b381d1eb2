package dev.triptych.host.origin.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.model.Model;
import org.apache.maven.model.building.DefaultModelProcessor;
import org.apache.maven.model.io.DefaultModelReader;
import org.apache.maven.model.superpom.DefaultSuperPomProvider;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Repository;
import org.apache.maven.settings.RepositoryPolicy;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.eclipse.aether.repository.RemoteRepository;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/**
 * What a user's {@code settings.xml} says, over that of Maven's own folder, with passwords
 * decrypted: the repositories are those of the active profiles and the super POM's.
 *
 * @param settings as Maven builds them
 * @param localRepository where artifacts are kept
 */
record UserSettings(Settings settings, Path localRepository) {

  /**
   * Reads the settings below {@code user.home} and those of Maven's folder: {@code maven.home},
   * else {@code MAVEN_HOME}, else where {@code mvn} on the {@code PATH} lies.
   *
   * @throws IOException if one of the files is damaged, saying which
   */
  static UserSettings read(Map<String, String> environment) throws IOException {
    Path own = Path.of(System.getProperty("user.home"), ".m2");
    Path global = global(environment);
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    request.setUserSettingsFile(own.resolve("settings.xml").toFile());
    if (global != null) {
      request.setGlobalSettingsFile(global.resolve("conf").resolve("settings.xml").toFile());
    }
    Properties system = new Properties();
    system.putAll(System.getProperties());
    environment.forEach((name, value) -> system.setProperty("env." + name, value));
    request.setSystemProperties(system);
    Settings settings;
    try {
      settings =
          new DefaultSettingsBuilderFactory().newInstance().build(request).getEffectiveSettings();
    } catch (SettingsBuildingException e) {
      throw new IOException(
          "Maven's settings cannot be read: " + e.getProblems().get(0).getMessage(), e);
    }
    decrypt(settings, own);
    String named = system.getProperty("maven.repo.local", settings.getLocalRepository());
    boolean usual = named == null || named.isBlank();
    return new UserSettings(settings, usual ? own.resolve("repository") : Path.of(named));
  }

  private static Path global(Map<String, String> environment) throws IOException {
    for (String home :
        List.of(System.getProperty("maven.home", ""), environment.getOrDefault("MAVEN_HOME", ""))) {
      if (!home.isBlank()) {
        return Path.of(home);
      }
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!folder.isBlank() && Files.isRegularFile(Path.of(folder, "mvn"))) {
        Path home = Path.of(folder, "mvn").toRealPath().getParent().getParent();
        if (home != null && Files.isRegularFile(home.resolve("conf").resolve("settings.xml"))) {
          return home;
        }
      }
    }
    return null;
  }

  private static void decrypt(Settings settings, Path own) {
    DefaultSecDispatcher dispatcher = new DefaultSecDispatcher(new DefaultPlexusCipher());
    dispatcher.setConfigurationFile(own.resolve("settings-security.xml").toString());
    SettingsDecryptionResult plain =
        new DefaultSettingsDecrypter(dispatcher)
            .decrypt(new DefaultSettingsDecryptionRequest(settings));
    settings.setServers(plain.getServers());
    settings.setProxies(plain.getProxies());
  }

  /** Returns the repositories to ask, before mirrors, proxies and logins are looked for. */
  List<RemoteRepository> repositories() {
    List<RemoteRepository> all = new ArrayList<>();
    List<String> active = settings.getActiveProfiles();
    for (Profile profile : settings.getProfiles()) {
      boolean always =
          profile.getActivation() != null && profile.getActivation().isActiveByDefault();
      if (active.contains(profile.getId()) || always) {
        for (Repository one : profile.getRepositories()) {
          all.add(
              new RemoteRepository.Builder(one.getId(), "default", one.getUrl())
                  .setReleasePolicy(policy(one.getReleases(), true))
                  .setSnapshotPolicy(policy(one.getSnapshots(), true))
                  .build());
        }
      }
    }
    all.addAll(standard());
    Stream<String> ids = all.stream().map(RemoteRepository::getId).distinct();
    return ids.map(
            id -> all.stream().filter(one -> one.getId().equals(id)).findFirst().orElseThrow())
        .toList();
  }

  /** Returns what Maven itself asks if nothing is said: the super POM's. */
  private static List<RemoteRepository> standard() {
    DefaultModelProcessor processor = new DefaultModelProcessor();
    processor.setModelReader(new DefaultModelReader());
    Model model = new DefaultSuperPomProvider().setModelProcessor(processor).getSuperModel("4.0.0");
    return model.getRepositories().stream()
        .map(
            one ->
                new RemoteRepository.Builder(one.getId(), "default", one.getUrl())
                    .setReleasePolicy(enabled(true))
                    .setSnapshotPolicy(
                        enabled(one.getSnapshots() == null || one.getSnapshots().isEnabled()))
                    .build())
        .toList();
  }

  private static org.eclipse.aether.repository.RepositoryPolicy policy(
      RepositoryPolicy said, boolean otherwise) {
    return enabled(said == null ? otherwise : said.isEnabled());
  }

  /** A checksum that is wrong always fails, and what is new is always asked for. */
  private static org.eclipse.aether.repository.RepositoryPolicy enabled(boolean enabled) {
    return new org.eclipse.aether.repository.RepositoryPolicy(
        enabled,
        org.eclipse.aether.repository.RepositoryPolicy.UPDATE_POLICY_ALWAYS,
        org.eclipse.aether.repository.RepositoryPolicy.CHECKSUM_POLICY_FAIL);
  }
}
