package dev.triptych.models.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.models.hub.Backoff.PassingException;
import dev.triptych.models.hub.HubException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Asks the hub: for a revision's files, for a file's digest and size, for a file's bytes. [any
 * thread]
 *
 * <p>Routes and headers are those of {@code huggingface_hub}, {@code file_download.py} and {@code
 * hf_api.py}. Failures that may pass are {@link PassingException}s.
 */
final class HubConnection implements AutoCloseable {
  private static final int MOST_JSON = 64 << 20;

  private final HubSettings settings;
  private final HubName name;
  private final Exchanges exchanges;

  HubConnection(HubSettings settings, HubName name) {
    this.settings = settings;
    this.name = name;
    this.exchanges = new Exchanges(settings);
  }

  /**
   * A file at a commit.
   *
   * @param name relative to the model's folder
   * @param digest see {@link Checksum}
   * @param size in bytes
   */
  record RemoteFile(String name, String digest, long size) {}

  /** Asks for the files of the revision. */
  Listing listing() throws IOException, InterruptedException {
    URI uri =
        address(
            "/api/models/"
                + name.repo()
                + "/revision/"
                + encode(name.revisionOrMain())
                + "?blobs=true");
    HttpResponse<InputStream> response = exchanges.send("GET", uri, 0, name.repo());
    try (Body body = exchanges.body(response, name.repo())) {
      if (response.statusCode() != 200) {
        throw refusal(response, null);
      }
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      byte[] block = new byte[1 << 16];
      for (int count = body.read(block); count >= 0; count = body.read(block)) {
        json.write(block, 0, count);
        if (json.size() > MOST_JSON) {
          throw new HubException(Problem.LISTING, name.repo(), "it is endless");
        }
      }
      return Listing.parse(json.toByteArray(), name.repo());
    }
  }

  /**
   * Asks for a file's digest and size, and compares them with the list's.
   *
   * @throws HubException if they differ, or there is no digest
   */
  RemoteFile head(String commit, Listing.Sibling file) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        exchanges.send("HEAD", resolve(commit, file.name()), 0, file.name());
    response.body().close();
    boolean linked = linked(response);
    if (response.statusCode() != 200 && !linked) {
      throw refusal(response, file.name());
    }
    Optional<String> at = response.headers().firstValue("X-Repo-Commit");
    if (at.isPresent() && !at.get().equals(commit)) {
      throw new HubException(
          Problem.LISTING, name.repo(), file.name() + " is of commit " + at.get());
    }
    String digest =
        response
            .headers()
            .firstValue(linked ? "X-Linked-Etag" : "ETag")
            .map(tag -> tag.replaceFirst("^W/", "").replace("\"", ""))
            .orElse("");
    OptionalLong size =
        number(response.headers().firstValue(linked ? "X-Linked-Size" : "Content-Length"));
    if (size.isEmpty()) {
      size = file.size();
    }
    if (!Checksum.isDigest(digest) || size.isEmpty()) {
      throw new HubException(Problem.NO_CHECKSUM, settings.endpoint().getHost(), file.name());
    }
    if (file.size().isPresent() && file.size().getAsLong() != size.getAsLong()) {
      throw new HubException(Problem.SIZE, file.name(), size.getAsLong(), file.size().getAsLong());
    }
    if (file.digest().isPresent() && !file.digest().get().equals(digest)) {
      throw new HubException(
          Problem.LISTING, name.repo(), "it gives two digests of " + file.name());
    }
    return new RemoteFile(file.name(), digest, size.getAsLong());
  }

  /**
   * Asks for the bytes of a file from one on. Close the body.
   *
   * @return with status 200 (from the first byte), 206 or 416
   */
  Body open(String commit, RemoteFile file, long from) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        exchanges.send("GET", resolve(commit, file.name()), from, file.name());
    Body body = exchanges.body(response, file.name());
    int status = response.statusCode();
    if (status == 200 || status == 206 || status == 416) {
      return body;
    }
    body.close();
    if (!exchanges.isHub(response.uri()) && status < 500) { // an address that is no longer valid
      throw new PassingException(Problem.SERVER, response.uri().getHost(), status);
    }
    throw refusal(response, file.name());
  }

  /** Turns a status into the failure that it means. */
  private IOException refusal(HttpResponse<?> response, String file)
      throws IOException, InterruptedException {
    String host = response.uri().getHost();
    String code = response.headers().firstValue("X-Error-Code").orElse("");
    int status = response.statusCode();
    if (code.equals("GatedRepo") || status == 403) {
      return new HubException(
          Problem.FORBIDDEN, name.repo(), settings.endpoint() + "/" + name.repo());
    }
    return switch (status) {
      case 401 -> new HubException(Problem.UNAUTHORIZED, name.repo());
      case 404, 410 -> unknown(code, file);
      case 429 ->
          new PassingException(
              new HubException(
                  Problem.THROTTLED,
                  host,
                  RetryAfter.of(response).map(d -> d.toSeconds()).map(String::valueOf).orElse("?")),
              RetryAfter.of(response));
      case 408, 500, 502, 503, 504 ->
          new PassingException(
              new HubException(Problem.SERVER, host, status), RetryAfter.of(response));
      default -> new HubException(Problem.SERVER, host, status);
    };
  }

  private HubException unknown(String code, String file) throws IOException, InterruptedException {
    if (file != null && !code.equals("RepoNotFound") && !code.equals("RevisionNotFound")) {
      return new HubException(Problem.UNKNOWN_FILE, file, name.repo());
    }
    boolean repo = code.equals("RevisionNotFound");
    if (code.isEmpty()) { // a mirror may not say what it does not know
      HttpResponse<InputStream> response =
          exchanges.send("GET", address("/api/models/" + name.repo()), 0, name.repo());
      response.body().close();
      repo = response.statusCode() == 200;
    }
    return repo
        ? new HubException(Problem.UNKNOWN_REVISION, name.revisionOrMain(), name.repo())
        : new HubException(Problem.UNKNOWN_REPO, name.repo(), settings.endpoint());
  }

  /** Says whether an answer names the digest and the size of a file that lies elsewhere. */
  static boolean linked(HttpResponse<?> response) {
    return response.headers().firstValue("X-Linked-Etag").isPresent()
        && response.headers().firstValue("X-Linked-Size").isPresent();
  }

  private URI resolve(String commit, String file) {
    String path =
        Arrays.stream(file.split("/")).map(HubConnection::encode).collect(Collectors.joining("/"));
    return address("/" + name.repo() + "/resolve/" + commit + "/" + path);
  }

  private URI address(String route) {
    return URI.create(settings.endpoint() + route);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  static OptionalLong number(Optional<String> text) {
    return text.isPresent() && text.get().strip().matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(text.get().strip()))
        : OptionalLong.empty();
  }

  @Override
  public void close() {
    exchanges.close();
  }
}
