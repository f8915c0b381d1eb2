package dev.triptych.models.hub;

import dev.triptych.models.hub.Backoff.PassingException;
import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Requests and their redirects. [any thread]
 *
 * <p>The token goes to the hub's own scheme, host and port; after a step elsewhere it is never sent
 * again. A step from https to http is refused.
 */
final class Exchanges implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_STEPS = 6;

  private final HubSettings settings;
  private final HttpClient client;
  private final ScheduledExecutorService clock;
  private final Set<Body> open = ConcurrentHashMap.newKeySet();
  private volatile boolean answered;
  private volatile boolean closed;

  Exchanges(HubSettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(
                HttpClient.Version.HTTP_1_1) // files beside each other: connections of their own
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.patience().silence())
            .proxy(Proxies.of(System.getenv()))
            .build();
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "hub-silence");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Says whether an address is the hub's own. */
  boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return uri.getScheme().equalsIgnoreCase(hub.getScheme())
        && uri.getHost().equalsIgnoreCase(hub.getHost())
        && port(uri) == port(hub);
  }

  /** Wraps a body so that silence ends it. */
  Body body(HttpResponse<InputStream> response, String what) {
    Body body = new Body(response, what, clock, settings.patience().silence(), open::remove);
    open.add(body);
    if (closed) { // perhaps before it was added
      body.end();
    }
    return body;
  }

  /**
   * Sends a request and follows where it leads. A HEAD stops at a step that names the linked file.
   *
   * @param from the first byte that is wanted
   */
  HttpResponse<InputStream> send(String method, URI address, long from, String what)
      throws IOException, InterruptedException {
    URI uri = address;
    boolean trusted = true;
    for (int step = 0; step < MOST_STEPS; step++) {
      trusted = trusted && isHub(uri);
      HttpResponse<InputStream> response = one(method, uri, from, trusted, what);
      boolean linked = method.equals("HEAD") && HubConnection.linked(response);
      if (!REDIRECTS.contains(response.statusCode()) || linked) {
        return response;
      }
      response.body().close();
      uri = next(uri, response.headers().firstValue("Location").orElse(""), what);
    }
    throw new HubException(Problem.REDIRECT, what, uri.getHost() + ", round and round");
  }

  private static URI next(URI uri, String location, String what) throws HubException {
    URI next;
    try {
      next = uri.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HubException(Problem.REDIRECT, what, "an address that is none");
    }
    String scheme = String.valueOf(next.getScheme());
    if (location.isEmpty()
        || next.getHost() == null
        || !scheme.matches("https?")
        || uri.getScheme().equals("https") && !scheme.equals("https")) {
      throw new HubException(
          Problem.REDIRECT, what, scheme + "://" + next.getHost() + " without https");
    }
    return next;
  }

  private HttpResponse<InputStream> one(
      String method, URI uri, long from, boolean trusted, String what)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "triptych")
            .header("Accept-Encoding", "identity");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    Optional<String> token = settings.token();
    if (trusted && token.isPresent()) {
      request.header("Authorization", "Bearer " + token.get());
    }
    CompletableFuture<HttpResponse<InputStream>> sent =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try {
      HttpResponse<InputStream> response =
          sent.get(settings.patience().silence().toMillis(), TimeUnit.MILLISECONDS);
      answered = true;
      return response;
    } catch (TimeoutException e) {
      sent.cancel(true);
      long seconds = settings.patience().silence().toSeconds();
      throw new PassingException(Problem.STALLED, what, uri.getHost(), seconds);
    } catch (InterruptedException e) {
      sent.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw unreachable(uri, e.getCause());
    }
  }

  private IOException unreachable(URI uri, Throwable cause) {
    boolean never = cause instanceof ConnectException || cause instanceof SSLHandshakeException;
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    HubException end =
        new HubException(
            Problem.UNREACHABLE,
            uri.getHost(),
            cause instanceof ConnectException ? "no connection" : reason);
    end.initCause(cause);
    return never && !answered ? end : new PassingException(end, Optional.empty());
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }

  /** Ends every body that is still open. */
  @Override
  public void close() {
    closed = true;
    open.forEach(Body::end);
    clock.shutdownNow();
  }
}
