package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * {@code serve.json} in the home folder: where a running host is found, and the secret that proves
 * that one may read this folder. Only its owner may read it.
 *
 * @param pid of the host's process
 * @param host the address that it listens on
 * @param port the port
 * @param started when the process started, in milliseconds since 1970
 * @param secret of this start
 * @param build which program it runs: commands of another one do not use it
 */
public record ServeFile(
    long pid, String host, int port, long started, String secret, String build) {
  private static final String NAME = "serve.json";
  private static final int MOST_BYTES = 4096;
  private static final int SECRET_BYTES = 32;

  /** Returns what describes this process, with a new secret. */
  public static ServeFile ofThisProcess(String host, int port, String build) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    ProcessHandle self = ProcessHandle.current();
    return new ServeFile(
        self.pid(), host, port, started(self), HexFormat.of().formatHex(secret), build);
  }

  /** Reads the file of a home folder; empty if there is none, or none that can be used. */
  public static Optional<ServeFile> read(Path home) {
    Path file = home.resolve(NAME);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        return Optional.empty();
      }
      Map<String, String> fields = fields(Files.readString(file, UTF_8));
      return Optional.of(
          new ServeFile(
              Long.parseLong(fields.get("pid")),
              fields.get("host"),
              Integer.parseInt(fields.get("port")),
              Long.parseLong(fields.get("started")),
              fields.get("secret"),
              fields.get("build")));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // half a file, or another's: whoever serves next replaces it
    }
  }

  /**
   * Reads the texts and numbers of a flat JSON object, such as this file or a line of an answer;
   * streaming, for every command does it.
   *
   * @throws IOException if it is no JSON
   */
  public static Map<String, String> fields(String json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, parser.getText());
        }
      }
    }
    return fields;
  }

  /** Returns whether the process is still there: of this id, and started then. */
  public boolean alive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> started == 0 || started(process) == started)
        .isPresent();
  }

  /** Returns the address for a browser or curl. */
  public String address() {
    String named = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return "http://" + (named.contains(":") ? "[" + named + "]" : named) + ":" + port;
  }

  /** Writes the file in one move; nobody else can read it at any moment. */
  public void write(Path home) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("pid", pid);
      json.writeStringField("host", host);
      json.writeNumberField("port", port);
      json.writeNumberField("started", started);
      json.writeStringField("secret", secret);
      json.writeStringField("build", build);
      json.writeEndObject();
    }
    Path temp = Files.createTempFile(home, "new-", ".tmp"); // mode 600 where there are modes
    try {
      if (Files.getFileStore(temp).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rw-------"));
      }
      Files.writeString(temp, text + "\n", UTF_8);
      Files.move(temp, home.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  /** Removes the file if it is still this one. */
  public void remove(Path home) throws IOException {
    if (read(home).filter(this::equals).isPresent()) {
      Files.deleteIfExists(home.resolve(NAME));
    }
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(one -> one.toEpochMilli()).orElse(0L);
  }
}
