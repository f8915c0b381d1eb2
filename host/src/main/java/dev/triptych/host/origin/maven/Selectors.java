package dev.triptych.host.origin.maven;

import dev.triptych.models.hub.Proxies;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.ProxySelector;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;

/** Mirrors, logins and proxies of a user's settings, as Maven Resolver looks for them. */
final class Selectors {
  private Selectors() {}

  static void choose(SessionBuilder session, Settings settings, Map<String, String> environment) {
    DefaultMirrorSelector mirrors = new DefaultMirrorSelector();
    for (Mirror one : settings.getMirrors()) {
      mirrors.add(
          one.getId(),
          one.getUrl(),
          one.getLayout(),
          false,
          one.isBlocked(),
          one.getMirrorOf(),
          one.getMirrorOfLayouts());
    }
    session.setMirrorSelector(mirrors);
    DefaultAuthenticationSelector logins = new DefaultAuthenticationSelector();
    for (Server one : settings.getServers()) {
      AuthenticationBuilder login =
          new AuthenticationBuilder()
              .addUsername(one.getUsername())
              .addPassword(one.getPassword())
              .addPrivateKey(one.getPrivateKey(), one.getPassphrase());
      logins.add(one.getId(), login.build());
    }
    session.setAuthenticationSelector(logins);
    session.setProxySelector(proxies(settings, environment));
  }

  /** The settings' proxies; where they name none, those of the environment. */
  private static ProxySelector proxies(Settings settings, Map<String, String> environment) {
    DefaultProxySelector named = new DefaultProxySelector();
    for (Proxy one : settings.getProxies()) {
      if (one.isActive()) {
        Authentication login =
            new AuthenticationBuilder()
                .addUsername(one.getUsername())
                .addPassword(one.getPassword())
                .build();
        named.add(
            new org.eclipse.aether.repository.Proxy(
                one.getProtocol(), one.getHost(), one.getPort(), login),
            one.getNonProxyHosts());
      }
    }
    java.net.ProxySelector surrounding = Proxies.of(environment);
    return repository -> {
      org.eclipse.aether.repository.Proxy proxy = named.getProxy(repository);
      if (proxy != null || !repository.getUrl().matches("https?://.+")) {
        return proxy;
      }
      return surrounding.select(URI.create(repository.getUrl())).stream()
          .filter(one -> one.address() instanceof InetSocketAddress)
          .map(one -> (InetSocketAddress) one.address())
          .findFirst()
          .map(
              one ->
                  new org.eclipse.aether.repository.Proxy(
                      "http", one.getHostString(), one.getPort()))
          .orElse(null);
    };
  }
}
