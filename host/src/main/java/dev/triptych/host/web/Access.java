package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import dev.triptych.host.works.Digest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask. [any thread]
 *
 * <p>A browser carries requests of any page to any address, also to this one under a name that the
 * page's owner made for it (DNS rebinding). So a request must name this host by an address or a
 * name of its own, must come from no other page, and must carry the secret of {@code serve.json} or
 * the token, which no page knows.
 */
final class Access {
  /** How much one must know. */
  enum Level {
    /** Nothing. */
    ANYBODY,
    /** The secret, or the token. */
    KEY,
    /** The secret: one must be able to read the home folder. */
    SECRET
  }

  private static final String BEARER = "Bearer ";

  private final byte[] secret;
  private final Optional<byte[]> token;
  private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
  private final boolean everywhere;
  private final int port;

  Access(InetSocketAddress bound, String named, String secret, Optional<String> token) {
    this.secret = digest(secret);
    this.token = token.map(Access::digest);
    this.port = bound.getPort();
    this.everywhere = bound.getAddress().isAnyLocalAddress();
    names.add(named.contains(":") ? "[" + named + "]" : named.toLowerCase(Locale.ROOT));
    if (!bound.getAddress().isLoopbackAddress()) {
      try {
        names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
      } catch (UnknownHostException e) {
        // this machine has no name: it is asked by its addresses
      }
    }
  }

  /**
   * Checks a request.
   *
   * @throws Refusal if it may not be answered
   */
  void check(Headers headers, Level level) {
    String host = one(headers, "Host").orElse("").toLowerCase(Locale.ROOT);
    if (!own(host)) {
      throw new Refusal(403, "the Host header names another host than this one");
    }
    Optional<String> origin = one(headers, "Origin");
    boolean elsewhere = one(headers, "Sec-Fetch-Site").filter("cross-site"::equals).isPresent();
    if (elsewhere || origin.isPresent() && !origin.get().equalsIgnoreCase("http://" + host)) {
      throw new Refusal(403, "the request comes from a page of another origin");
    }
    if (level == Level.ANYBODY) {
      return;
    }
    String said = one(headers, "Authorization").orElse("");
    byte[] key = digest(said.startsWith(BEARER) ? said.substring(BEARER.length()).strip() : "");
    boolean knowsSecret = MessageDigest.isEqual(key, secret);
    boolean knowsToken = token.isPresent() && MessageDigest.isEqual(key, token.get());
    if (!knowsSecret && !knowsToken) {
      throw new Refusal(
          401, "say Authorization: Bearer and the token, or the secret of serve.json in the home");
    }
    if (level == Level.SECRET && !knowsSecret) {
      throw new Refusal(403, "this needs the secret of serve.json, not the token");
    }
  }

  /** Returns whether a Host header is one of this host's own names, with its port. */
  private boolean own(String host) {
    String end = ":" + port;
    String name = host.endsWith(end) ? host.substring(0, host.length() - end.length()) : host;
    if (name.length() == host.length() && port != 80) {
      return false;
    }
    boolean address = name.matches("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
    return names.contains(name) || everywhere && address;
  }

  private static Optional<String> one(Headers headers, String name) {
    List<String> all = headers.get(name);
    if (all == null) {
      return Optional.empty();
    }
    if (all.size() != 1) {
      throw new Refusal(400, "the header " + name + " is there more than once");
    }
    return Optional.of(all.get(0));
  }

  private static byte[] digest(String text) {
    return Digest.sha256(text.getBytes(UTF_8)).getBytes(US_ASCII); // of one length
  }
}
