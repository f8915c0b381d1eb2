package dev.triptych.models.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The proxies of {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY},
 * which Java does not read; else those of Java's own settings.
 */
public final class Proxies extends ProxySelector {
  private final Map<String, String> environment;
  private final ProxySelector otherwise;

  private Proxies(Map<String, String> environment, ProxySelector otherwise) {
    this.environment = environment;
    this.otherwise = otherwise;
  }

  /** Returns a selector that reads these variables, in capitals or not. */
  public static ProxySelector of(Map<String, String> environment) {
    ProxySelector java = ProxySelector.getDefault();
    return new Proxies(environment, java == null ? ProxySelector.of(null) : java);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String named = value(uri.getScheme().equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY");
    String address = named.isEmpty() ? value("ALL_PROXY") : named;
    if (address.isEmpty() || direct(uri.getHost().toLowerCase(Locale.ROOT))) {
      return address.isEmpty() ? otherwise.select(uri) : List.of(Proxy.NO_PROXY);
    }
    URI proxy = URI.create(address.contains("://") ? address : "http://" + address);
    if (proxy.getHost() == null || !String.valueOf(proxy.getScheme()).matches("https?")) {
      throw new IllegalArgumentException(
          "the proxy \"" + address + "\" must be an address such as http://proxy:3128");
    }
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
  }

  private boolean direct(String host) {
    for (String one : value("NO_PROXY").toLowerCase(Locale.ROOT).split("[,\\s]+")) {
      String domain = one.replaceFirst("^\\*?\\.", "");
      if (one.equals("*")
          || !domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain))) {
        return true;
      }
    }
    return false;
  }

  private String value(String name) {
    String small = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "").strip();
    return small.isEmpty() ? environment.getOrDefault(name, "").strip() : small;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    otherwise.connectFailed(uri, address, e);
  }
}
