package dev.triptych.host.origin;

import dev.triptych.host.trust.Candidate;
import dev.triptych.models.hub.Proxies;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Files at http and https addresses, with bounds on size and time. [any thread]
 *
 * <p>A redirect may lead from http to https, never from https to http. Proxies are those of {@code
 * HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}.
 */
public final class WebFiles {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_STEPS = 6;
  private static final int MOST_SIGNATURE = 4096;

  private final HttpClient client;
  private final Duration silence;
  private final Duration longest;

  /**
   * How long to wait.
   *
   * @param silence how long nothing may come
   * @param longest how long one file may take
   */
  public record Patience(Duration silence, Duration longest) {
    /** 20 s of silence, half an hour for a file. */
    public static final Patience STANDARD =
        new Patience(Duration.ofSeconds(20), Duration.ofMinutes(30));
  }

  /** Opens a client that honours the proxies of an environment. */
  public WebFiles(Map<String, String> environment, Patience patience) {
    this.silence = patience.silence();
    this.longest = patience.longest();
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(silence)
            .proxy(Proxies.of(environment))
            .build();
  }

  /** Returns whether a text is an address that can be fetched. */
  public static boolean isAddress(String text) {
    return text.matches("(?i)https?://.*");
  }

  /**
   * Reads an address that a user typed.
   *
   * @throws IllegalArgumentException if it is none
   */
  static URI address(String text) {
    try {
      URI uri = new URI(text);
      if (isAddress(text) && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (java.net.URISyntaxException e) {
      // said below
    }
    throw new IllegalArgumentException(
        text + " is not an http or https address of a file, without a user's name in it");
  }

  /** Gets a plugin's jar, and the signature beside it if there is one. */
  public Candidate plugin(URI address, FetchListener listener)
      throws IOException, InterruptedException {
    String path = address.getPath() == null ? "" : address.getPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    String name = last.isEmpty() ? address.getHost() : last;
    byte[] bytes = get(address, Candidate.MAX_BYTES, name, listener);
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    URI beside = URI.create(address.toString().split("[?#]", 2)[0] + ".sig" + query);
    return Candidate.of(name, address.toString(), bytes, optional(beside, MOST_SIGNATURE));
  }

  /**
   * Gets a file.
   *
   * @throws IllegalArgumentException if it is not there or larger than it may be
   * @throws IOException if the server fails, is silent, or leads astray
   */
  public byte[] get(URI address, int most, String name, FetchListener listener)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = follow(address, most, name, listener);
    int status = response.statusCode();
    String host = response.uri().getHost();
    return switch (status) {
      case 200 -> response.body();
      case 401, 403 ->
          throw new IOException(host + " does not give " + address + " without a login");
      case 404, 410 -> throw new IllegalArgumentException("there is nothing at " + address);
      default -> throw new IOException(host + " answered " + status + " for " + address);
    };
  }

  /** A signature that a server does not have, or answers with a page instead, is none. */
  private Optional<byte[]> optional(URI address, int most)
      throws IOException, InterruptedException {
    try {
      HttpResponse<byte[]> response = follow(address, most, "signature", FetchListener.NONE);
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<byte[]> follow(URI address, int most, String name, FetchListener listener)
      throws IOException, InterruptedException {
    URI uri = address;
    for (int step = 0; step < MOST_STEPS; step++) {
      HttpResponse<byte[]> response = one(uri, most, name, listener);
      if (!REDIRECTS.contains(response.statusCode())) {
        return response;
      }
      uri = next(uri, response.headers().firstValue("Location").orElse(""));
    }
    throw new IOException(address + " leads round and round");
  }

  private static URI next(URI from, String location) throws IOException {
    URI next;
    try {
      next = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException(from + " leads to an address that is none", e);
    }
    if (next.getHost() == null || location.isEmpty() || !isAddress(next.toString())) {
      throw new IOException(from + " leads to an address that is none");
    }
    if (from.getScheme().equalsIgnoreCase("https") && !next.getScheme().equalsIgnoreCase("https")) {
      throw new IOException(from + " leads to " + next.getHost() + " without https");
    }
    return next;
  }

  private HttpResponse<byte[]> one(URI uri, int most, String name, FetchListener listener)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("User-Agent", "triptych")
            .header("Accept-Encoding", "identity")
            .timeout(longest)
            .build();
    Intake intake = new Intake(name, most, listener);
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, info -> intake.begin(info));
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      while (true) {
        try {
          return sent.get(Math.min(100, silence.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          long now = System.nanoTime();
          if (now - intake.heard() > silence.toNanos() || now > deadline) {
            throw new IOException(uri.getHost() + " sends nothing more of " + name, e);
          }
        }
      }
    } catch (ExecutionException e) {
      throw failure(uri, name, most, e.getCause());
    } finally {
      intake.end();
      sent.cancel(true);
    }
  }

  private IOException failure(URI uri, String name, int most, Throwable cause) {
    if (cause instanceof Intake.TooLargeException) {
      throw new IllegalArgumentException(
          uri + " is larger than " + (most >= 1 << 20 ? (most >> 20) + " MiB" : most + " bytes"),
          cause);
    }
    if (cause instanceof UnknownHostException
        || cause instanceof ConnectException
        || cause instanceof java.nio.channels.UnresolvedAddressException) {
      return new IOException("there is no connection to " + uri.getHost(), cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return new IOException(uri.getHost() + " sends nothing more of " + name, cause);
    }
    if (cause instanceof javax.net.ssl.SSLException) {
      return new IOException("no safe connection to " + uri.getHost(), cause);
    }
    return new IOException("the connection to " + uri.getHost() + " was cut", cause);
  }
}
