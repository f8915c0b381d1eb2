package dev.triptych.host.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.host.works.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Whom the user trusts: {@code trust.json} of a home folder, with public keys and the digests of
 * single files. [any thread, any process]
 *
 * <p>Fields that are not known are kept. The file is replaced in one step, so a reader finds the
 * old or the new one.
 */
public final class TrustStore {
  private static final String KEYS = "keys";
  private static final String PINS = "pins";
  private static final int SHORTEST_PREFIX = 8;
  private static final int MAX_KEY_FILE = 64 << 10;

  /**
   * A file that the user trusts as it is.
   *
   * @param name of the file when it was trusted
   * @param sha256 of its bytes
   */
  public record Pin(String name, String sha256) {}

  /**
   * All that is trusted.
   *
   * @param keys in the order in which they were trusted
   * @param pins likewise
   */
  public record Trusted(List<TrustedKey> keys, List<Pin> pins) {
    /** Returns the trusted key that equals this one. */
    Optional<TrustedKey> key(PublicKey key) {
      return keys.stream().filter(one -> one.key().equals(key)).findFirst();
    }

    /** Returns the pin of these bytes. */
    Optional<Pin> pin(String sha256) {
      return pins.stream().filter(one -> one.sha256().equals(sha256)).findFirst();
    }
  }

  private final Path home;
  private final Path file;

  /** Opens the trust of a home folder, which need not exist yet. */
  public TrustStore(Path home) {
    this.home = home;
    this.file = home.resolve("trust.json");
  }

  /**
   * Reads what is trusted.
   *
   * @throws IOException if the file is damaged, saying what to do
   */
  public Trusted read() throws IOException {
    ObjectNode root = tree();
    List<TrustedKey> keys = new ArrayList<>();
    List<Pin> pins = new ArrayList<>();
    try {
      for (JsonNode one : root.path(KEYS)) {
        byte[] der = Base64.getDecoder().decode(one.required("key").textValue());
        PublicKey key = PublicKeys.ofDer(der).orElseThrow(IllegalArgumentException::new);
        keys.add(new TrustedKey(text(one, "name"), key));
      }
      for (JsonNode one : root.path(PINS)) {
        pins.add(new Pin(text(one, "name"), text(one, "sha256")));
      }
    } catch (IllegalArgumentException | NullPointerException e) {
      throw damaged(e);
    }
    return new Trusted(List.copyOf(keys), List.copyOf(pins));
  }

  /**
   * Reads a public key of a file: PEM or DER, a certificate, or a plugin's {@code NAME.jar.sig}.
   *
   * @throws IllegalArgumentException if it holds none
   */
  public static PublicKey keyIn(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) <= MAX_KEY_FILE) {
      byte[] bytes = Files.readAllBytes(file);
      Optional<PublicKey> key =
          DetachedSignature.read(bytes)
              .flatMap(DetachedSignature::key)
              .or(() -> PublicKeys.ofFile(bytes));
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new IllegalArgumentException(
        file + " holds no public key, no certificate and no plugin's jar");
  }

  /**
   * Trusts a key from now on; one that is trusted already gets the new name.
   *
   * @return the key with its name
   */
  public TrustedKey trust(PublicKey key, String name) throws IOException {
    TrustedKey trusted = new TrustedKey(name, key);
    change(
        root -> {
          ObjectNode row = row(root.withArray(KEYS), "fingerprint", trusted.fingerprint());
          row.put("name", name);
          row.put("algorithm", key.getAlgorithm());
          row.put("key", Base64.getEncoder().encodeToString(key.getEncoded()));
        });
    return trusted;
  }

  /** Trusts the file with this digest from now on, whoever made it. */
  public Pin pin(String sha256, String name) throws IOException {
    change(root -> row(root.withArray(PINS), "sha256", sha256).put("name", name));
    return new Pin(name, sha256);
  }

  /**
   * Trusts a key or a file no more; plugins that are installed stay.
   *
   * @param prefix at least 8 digits of a key's fingerprint or of a file's SHA-256
   * @return the name of what was removed
   * @throws IllegalArgumentException if it is none of them, or fits several
   */
  public String remove(String prefix) throws IOException {
    List<String> removed = new ArrayList<>();
    change(
        root -> {
          if (prefix.length() >= SHORTEST_PREFIX) {
            removed.addAll(removeFrom(root.withArray(KEYS), "fingerprint", prefix));
            removed.addAll(removeFrom(root.withArray(PINS), "sha256", prefix));
          }
          if (removed.size() != 1) {
            throw new IllegalArgumentException(
                removed.isEmpty()
                    ? "nothing trusted has the fingerprint "
                        + prefix
                        + ": see triptych plugins trust --list"
                    : "the fingerprint " + prefix + " fits several: give more of its digits");
          }
        });
    return removed.get(0);
  }

  private static List<String> removeFrom(ArrayNode rows, String field, String prefix) {
    List<String> names = new ArrayList<>();
    for (Iterator<JsonNode> all = rows.iterator(); all.hasNext(); ) {
      JsonNode one = all.next();
      if (one.path(field).asText().startsWith(prefix)) {
        names.add(one.path("name").asText());
        all.remove();
      }
    }
    return names;
  }

  /** Returns the row with this value in a field; a new one if there is none. */
  private static ObjectNode row(ArrayNode rows, String field, String value) {
    for (JsonNode one : rows) {
      if (one.path(field).asText().equals(value)) {
        return (ObjectNode) one;
      }
    }
    return rows.addObject().put(field, value);
  }

  private interface Change {
    void to(ObjectNode root);
  }

  /** Changes the file while no other process does. */
  private void change(Change change) throws IOException {
    Files.createDirectories(home);
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("trust.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      read(); // a damaged file is not made worse
      ObjectNode root = tree();
      change.to(root);
      WholeFile.write(
          file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    }
  }

  private ObjectNode tree() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    if (!Files.exists(file)) {
      return mapper.createObjectNode();
    }
    JsonNode root;
    try {
      root = mapper.readTree(file.toFile());
    } catch (IOException e) {
      throw damaged(e);
    }
    if (!(root instanceof ObjectNode object)
        || !(root.path(KEYS).isMissingNode() || root.path(KEYS).isArray())
        || !(root.path(PINS).isMissingNode() || root.path(PINS).isArray())) {
      throw damaged(null);
    }
    return object;
  }

  private static String text(JsonNode node, String field) {
    if (!node.required(field).isTextual()) {
      throw new IllegalArgumentException(field + " is no text");
    }
    return node.get(field).textValue();
  }

  private IOException damaged(Exception cause) {
    return new IOException(file + " is damaged: mend it, or remove it and trust anew", cause);
  }
}
