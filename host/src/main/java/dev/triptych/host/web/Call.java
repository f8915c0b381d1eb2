package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.triptych.host.works.PrettyJson;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One request and its answer. [thread of the request] */
final class Call {
  /** The largest JSON body, in bytes. */
  static final int MOST_JSON = 4 << 20;

  static final String NDJSON = "application/x-ndjson; charset=utf-8";
  static final String EVENTS = "text/event-stream; charset=utf-8";

  private static final int DEEPEST = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final HttpExchange exchange;
  private final List<String> parts;
  private final Stalls stalls;

  Call(HttpExchange exchange, List<String> parts, Stalls stalls) {
    this.exchange = exchange;
    this.parts = parts;
    this.stalls = stalls;
  }

  /** Returns what stands in the path where the route has a place. */
  String part(int index) {
    return parts.get(index);
  }

  /** Returns the language to answer in. */
  Locale language() {
    String wanted = exchange.getRequestHeaders().getFirst("Accept-Language");
    return wanted != null && wanted.strip().toLowerCase(Locale.ROOT).startsWith("zh")
        ? Locale.CHINESE
        : Locale.ENGLISH;
  }

  /** Returns a request header, or an empty text. */
  String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value.strip();
  }

  /** Returns the media type of the body, in lower case, without its parameters. */
  String mediaType() {
    return header("Content-Type").replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the query's values by name. */
  Map<String, String> query() {
    Map<String, String> values = new LinkedHashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String one : raw == null ? new String[0] : raw.split("&")) {
      int equals = one.indexOf('=');
      if (!one.isEmpty()) {
        values.put(
            URLDecoder.decode(equals < 0 ? one : one.substring(0, equals), UTF_8),
            equals < 0 ? "" : URLDecoder.decode(one.substring(equals + 1), UTF_8));
      }
    }
    return values;
  }

  /**
   * Reads the body, a JSON object.
   *
   * @throws Refusal if it is none, or too large
   */
  JsonNode json() throws IOException {
    if (!mediaType().equals("application/json")) {
      throw new Refusal(415, "send JSON, with Content-Type: application/json");
    }
    JsonNode json;
    try {
      json = JSON.readTree(bytes(MOST_JSON));
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null ? "" : " (line %d)".formatted(e.getLocation().getLineNr());
      throw new Refusal(400, "the body is no JSON" + where);
    } catch (CharConversionException e) {
      throw new Refusal(400, "the body is no UTF-8 text");
    }
    if (json == null || !json.isObject()) {
      throw new Refusal(400, "the body must be a JSON object");
    }
    return json;
  }

  /** Returns the body as it comes. */
  InputStream body() {
    return exchange.getRequestBody();
  }

  /** Refuses a body whose length is said to be larger. */
  void bound(long most) {
    String length = header("Content-Length");
    if (!length.isEmpty() && (!length.matches("\\d{1,18}") || Long.parseLong(length) > most)) {
      throw tooLarge(most);
    }
  }

  static Refusal tooLarge(long most) {
    return new Refusal(413, "the body may have at most " + most + " bytes");
  }

  private byte[] bytes(int most) throws IOException {
    bound(most);
    byte[] bytes = exchange.getRequestBody().readNBytes(most + 1);
    if (bytes.length > most) {
      throw tooLarge(most);
    }
    return bytes;
  }

  /** Answers with JSON. */
  void reply(int status, Object json) throws IOException {
    text(status, PrettyJson.write(json) + "\n");
  }

  /** Answers with a text that is JSON already. */
  void text(int status, String json) throws IOException {
    send(status, "application/json; charset=utf-8", json.getBytes(UTF_8));
  }

  /** Answers with bytes. */
  void send(int status, String type, byte[] bytes) throws IOException {
    headers(type);
    boolean bare = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
    stalls.begin();
    try {
      exchange.sendResponseHeaders(status, bare ? -1 : bytes.length);
      if (!bare) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(bytes);
        }
      }
    } finally {
      stalls.end();
    }
  }

  /** Adds a header to the answer. */
  void add(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  /** Begins an answer of unknown length and returns where to write it, piece by piece. */
  Pieces stream(String type) throws IOException {
    headers(type);
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    return text -> {
      stalls.begin();
      try {
        out.write(text.getBytes(UTF_8));
        out.flush();
      } finally {
        stalls.end();
      }
    };
  }

  /** Takes an answer in pieces; each is on its way when the call returns. */
  interface Pieces {
    void write(String text) throws IOException;
  }

  private void headers(String type) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Referrer-Policy", "no-referrer");
  }
}
